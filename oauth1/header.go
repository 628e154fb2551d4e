package oauth1

import (
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
)

// usualParams is how many parameters a header has at most, if nothing unusual is in it.
const usualParams = 12

// addHeader adds the parameters of credentials of the scheme OAuth (§3.5.1). The realm is none of them (§3.4.1.3.1).
func (p *parameters) addHeader(credentials string) error {
	var room [usualParams]auth.Param
	params, err := auth.ParseParams(room[:0], credentials)
	if err != nil {
		return errHeader()
	}
	for i := range params {
		param := &params[i]
		switch {
		case param.Token: // §3.5.1 quotes every value
			return errHeader()
		case strings.EqualFold(param.Name, "realm"):
			continue
		}
		if err := p.add(param.Name, param.Value, inHeader); err != nil {
			return err
		}
	}
	return nil
}

func errHeader() error {
	return auth.Malformed("oauth_header", "the Authorization field breaks the grammar of OAuth")
}
