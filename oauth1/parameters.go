package oauth1

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
)

// A place is where in the request parameters stand. All that begin with "oauth_" stand in one (§3.5).
type place uint8

const (
	inHeader place = 1 << iota
	inForm
	inQuery
)

// A known is a parameter whose value means something here. They are in the order of their names.
type known uint8

const (
	bodyHash known = iota
	callback
	consumerKey
	nonce
	signature
	signatureMethod
	timestamp
	token
	verifier
	version
	scope
	unknown
)

// knownAs finds name among the parameters. None of them has an octet that §3.6 encodes, so that name may stand encoded.
func knownAs(name []byte) known {
	switch string(name) {
	case "oauth_consumer_key":
		return consumerKey
	case "oauth_token":
		return token
	case "oauth_signature_method":
		return signatureMethod
	case "oauth_signature":
		return signature
	case "oauth_timestamp":
		return timestamp
	case "oauth_nonce":
		return nonce
	case "oauth_version":
		return version
	case "oauth_callback":
		return callback
	case "oauth_verifier":
		return verifier
	case "oauth_body_hash":
		return bodyHash
	case "scope":
		return scope
	}
	return unknown
}

// Parameters are those of one request (§3.4.1.3), as the base string needs them: encoded twice, in one buffer.
type parameters struct {
	text   []byte
	pairs  []pair // without oauth_signature
	limit  int    // how many pairs there may be
	places place  // where protocol parameters were found
	seen   uint16 // which known ones were found, by bit
	twice  bool   // scope, which is no protocol parameter, is there more than once
	// values are those of the known parameters, decoded; that of the signature is apart, since it is the one that
	// always has escapes.
	values    [unknown]string
	signature []byte
}

// A pair is a name and its value by where they begin and end.
type pair struct {
	start, middle, end int
	as                 known
}

var protocolPrefix = []byte("oauth_")

// emptied returns empty parameters with p's buffers.
func (p *parameters) emptied() parameters {
	return parameters{text: p.text[:0], pairs: p.pairs[:0], signature: p.signature[:0]}
}

// has reports whether the parameter was there, be it empty.
func (p *parameters) has(k known) bool { return p.seen&(1<<k) != 0 }

// addPairs adds what stands in a query or in a form. A semicolon, which some parsers take for a separator and others do
// not, is refused; empty pieces between ampersands are nothing.
func (p *parameters) addPairs(text string, from place) error {
	if strings.IndexByte(text, ';') >= 0 {
		return auth.Malformed("oauth_semicolon", "a semicolon in the query or the form must be encoded")
	}
	for text != "" {
		var piece string
		piece, text, _ = strings.Cut(text, "&")
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		if err := p.add(name, value, from); err != nil {
			return err
		}
	}
	return nil
}

// add takes a name and a value as they stand in the request.
func (p *parameters) add(name, value string, from place) error {
	if len(p.pairs) >= p.limit {
		return auth.Malformed("oauth_too_many", "there are too many parameters")
	}
	start := len(p.text)
	text, _, err := appendTwice(p.text, name, from != inHeader)
	middle, plain := len(text), false
	if err == nil {
		text, plain, err = appendTwice(text, value, from != inHeader)
	}
	if err != nil {
		return auth.Malformed("oauth_encoding", "a parameter is not encoded properly")
	}
	p.text = text
	if bytes.HasPrefix(text[start:middle], protocolPrefix) {
		p.places |= from
	}
	k := knownAs(text[start:middle])
	if k == signature {
		clear(text[start:]) // that of PLAINTEXT is made of secrets
		p.text = text[:start]
	} else {
		p.pairs = append(p.pairs, pair{start, middle, len(text), k})
	}
	if k == unknown {
		return nil
	}
	return p.note(k, value, plain, from)
}

// note keeps the value of a known parameter. Protocol parameters occur once.
func (p *parameters) note(k known, value string, plain bool, from place) error {
	switch {
	case p.has(k) && k == scope:
		p.twice = true
	case p.has(k):
		return errDuplicate()
	case k == signature:
		p.signature = appendDecoded(p.signature, value, from != inHeader)
	case plain:
		p.values[k] = value
	default:
		p.values[k] = decoded(value, from != inHeader)
	}
	p.seen |= 1 << k
	return nil
}

// sort puts the pairs into the order of §3.4.1.3.2, and refuses a protocol parameter that occurs twice (§3.1).
func (p *parameters) sort() error {
	slices.SortFunc(p.pairs, p.compare)
	for i := 1; i < len(p.pairs); i++ {
		name := p.name(i)
		if bytes.HasPrefix(name, protocolPrefix) && bytes.Equal(name, p.name(i-1)) {
			return errDuplicate()
		}
	}
	return nil
}

// compare is the order of §3.4.1.3.2.
func (p *parameters) compare(a, b pair) int {
	if a.as != unknown && b.as != unknown && a.as != b.as {
		return cmp.Compare(a.as, b.as)
	}
	if order := bytes.Compare(p.text[a.start:a.middle], p.text[b.start:b.middle]); order != 0 {
		return order
	}
	return bytes.Compare(p.text[a.middle:a.end], p.text[b.middle:b.end])
}

// name is that of the i-th pair, encoded twice.
func (p *parameters) name(i int) []byte { return p.text[p.pairs[i].start:p.pairs[i].middle] }

func errDuplicate() error {
	return auth.Malformed("oauth_duplicate", "a protocol parameter is there more than once")
}
