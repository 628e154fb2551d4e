package oauth1

import (
	"bytes"
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

// A known is a parameter whose value means something here. They are in the order of their names, protocol parameters
// first.
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
func knownAs[T string | []byte](name T) known {
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

// beginnings are how the pairs of known parameters begin.
var beginnings = [unknown]string{
	bodyHash: "%26oauth_body_hash%3D", callback: "%26oauth_callback%3D", consumerKey: "%26oauth_consumer_key%3D",
	nonce: "%26oauth_nonce%3D", signature: "%26oauth_signature%3D", signatureMethod: "%26oauth_signature_method%3D",
	timestamp: "%26oauth_timestamp%3D", token: "%26oauth_token%3D", verifier: "%26oauth_verifier%3D", version: "%26oauth_version%3D",
	scope: "%26scope%3D",
}

// What stands before names and values, encoded as the rest of the text (§3.4.1.1, §3.4.1.3.2).
const (
	ampersand = "%26"
	equals    = "%3D"
)

// Parameters are those of one request (§3.4.1.3), as the base string needs them: encoded twice, in one buffer.
type parameters struct {
	text   []byte
	pairs  []pair // without oauth_signature
	others []pair // room for sort
	limit  int    // how many pairs there may be
	places place  // where protocol parameters were found
	seen   uint16 // which known ones were found, by bit
	twice  bool   // scope, which is no protocol parameter, is there more than once
	// values are those of the known parameters, decoded. Two are apart: they mostly have escapes, and nobody keeps them.
	values           [unknown]string
	signature, nonce []byte
}

// A pair is where a parameter stands in the text: an ampersand, its name up to middle, an equals sign, its value.
type pair struct {
	start, middle, end int
	as                 known
}

const protocolPrefix = "oauth_"

// emptied returns empty parameters with p's limit and buffers. The signature of PLAINTEXT is made of secrets.
func (p *parameters) emptied() parameters {
	clear(p.signature)
	return parameters{
		limit: p.limit, text: p.text[:0], pairs: p.pairs[:0], others: p.others[:0], signature: p.signature[:0], nonce: p.nonce[:0],
	}
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
	if k := knownAs(name); k != unknown {
		return p.addKnown(k, value, from)
	}
	if p.full() {
		return errTooMany()
	}
	start, form := len(p.text), from != inHeader
	text, _, err := appendTwice(append(p.text, ampersand...), name, form)
	if k := knownAs(text[start+len(ampersand):]); err == nil && k != unknown { // escapes hid it
		return p.addKnown(k, value, from)
	}
	middle := len(text)
	if err == nil {
		text, _, err = appendTwice(append(text, equals...), value, form)
	}
	if err != nil {
		return errEncoding()
	}
	next := pair{start, middle, len(text), unknown}
	p.text, p.pairs = text, append(p.pairs, next)
	if isProtocol(p.name(next)) {
		p.places |= from
	}
	return nil
}

// addKnown is add for a known parameter.
func (p *parameters) addKnown(k known, value string, from place) (err error) {
	if p.full() {
		return errTooMany()
	}
	start, form, plain := len(p.text), from != inHeader, false
	if k == signature { // is not signed itself
		p.signature, err = appendDecoded(p.signature, value, form)
	} else {
		p.text, plain, err = appendTwice(append(p.text, beginnings[k]...), value, form)
		p.pairs = append(p.pairs, pair{start, start + len(beginnings[k]) - len(equals), len(p.text), k})
	}
	if err != nil {
		return errEncoding()
	}
	if k != scope {
		p.places |= from
	}
	return p.note(k, value, plain, form)
}

// full reports whether there are as many as there may be.
func (p *parameters) full() bool { return len(p.pairs) >= p.limit }

// note keeps the value of a known parameter. Protocol parameters occur once.
func (p *parameters) note(k known, value string, plain, form bool) error {
	switch {
	case p.has(k) && k == scope:
		p.twice = true
	case p.has(k):
		return errDuplicate()
	case k == signature:
	case k == nonce:
		p.nonce, _ = appendDecoded(p.nonce, value, form)
	case plain:
		p.values[k] = value
	default:
		p.values[k] = decoded(value, form)
	}
	p.seen |= 1 << k
	return nil
}

// sort puts the pairs into the order of §3.4.1.3.2, and refuses a protocol parameter that occurs twice (§3.1). Known
// ones are not compared with each other.
func (p *parameters) sort() error {
	var protocol [scope]pair
	p.others = p.others[:0]
	for _, next := range p.pairs {
		if next.as < scope {
			protocol[next.as] = next
		} else {
			p.others = append(p.others, next)
		}
	}
	slices.SortFunc(p.others, p.compare)
	for i := 1; i < len(p.others); i++ {
		if name := p.name(p.others[i]); isProtocol(name) && bytes.Equal(name, p.name(p.others[i-1])) {
			return errDuplicate()
		}
	}
	p.merge(&protocol)
	return nil
}

// merge makes p.pairs of protocol and of p.others, which are sorted.
func (p *parameters) merge(protocol *[scope]pair) {
	p.pairs = p.pairs[:0]
	others := p.others
	for i := range protocol {
		if protocol[i].end == 0 {
			continue
		}
		for len(others) > 0 && bytes.Compare(p.name(others[0]), p.name(protocol[i])) < 0 {
			p.pairs, others = append(p.pairs, others[0]), others[1:]
		}
		p.pairs = append(p.pairs, protocol[i])
	}
	p.pairs = append(p.pairs, others...)
}

// compare is the order of §3.4.1.3.2.
func (p *parameters) compare(a, b pair) int {
	if order := bytes.Compare(p.name(a), p.name(b)); order != 0 {
		return order
	}
	return bytes.Compare(p.value(a), p.value(b))
}

// name and value are those of a pair, encoded twice.
func (p *parameters) name(of pair) []byte  { return p.text[of.start+len(ampersand) : of.middle] }
func (p *parameters) value(of pair) []byte { return p.text[of.middle+len(equals) : of.end] }

func isProtocol(name []byte) bool {
	return len(name) >= len(protocolPrefix) && string(name[:len(protocolPrefix)]) == protocolPrefix
}

func errTooMany() error {
	return auth.Malformed("oauth_too_many", "there are too many parameters")
}

func errEncoding() error {
	return auth.Malformed("oauth_encoding", "a parameter is not encoded properly")
}

func errDuplicate() error {
	return auth.Malformed("oauth_duplicate", "a protocol parameter is there more than once")
}
