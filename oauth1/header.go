package oauth1

import (
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
)

// usualParams is how many parameters a header has at most, if nothing unusual is in it.
const usualParams = 12

// addHeader adds the parameters of credentials of the scheme OAuth (§3.5.1) to p, which is empty. The realm is none of them
// (§3.4.1.3.1).
func (p *parameters) addHeader(credentials string) error {
	if p.addUsual(credentials) {
		return nil
	}
	*p = p.emptied()
	return p.addParsed(credentials)
}

// addParsed is addHeader by the grammar of credentials.
func (p *parameters) addParsed(credentials string) error {
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

// addUsual is addHeader for what most clients write: known parameters with quoted values, a comma and perhaps spaces
// between them. It reports whether that was all and nothing was wrong with it: whatever else there is, addParsed judges.
func (p *parameters) addUsual(credentials string) bool {
	for {
		name, quoted, _ := strings.Cut(credentials, "=")
		k := knownAs(name)
		if k == unknown || quoted == "" || quoted[0] != '"' {
			return false
		}
		value, rest, closed := strings.Cut(quoted[1:], `"`)
		if !closed || p.addKnown(k, value, inHeader) != nil || p.twice {
			return false
		}
		if rest == "" {
			return true
		}
		if rest[0] != ',' {
			return false
		}
		credentials = strings.TrimLeft(rest[1:], " ")
	}
}

func errHeader() error {
	return auth.Malformed("oauth_header", "the Authorization field breaks the grammar of OAuth")
}
