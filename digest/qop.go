package digest

// A QOP is a quality of protection (RFC 7616 §3.3). The zero QOP is that of RFC 2069, whose credentials name none.
type QOP uint8

// The qualities of protection.
const (
	Auth    QOP = iota + 1 // the request line is protected
	AuthInt                // and the body
)

var qopNames = [...]string{Auth: "auth", AuthInt: "auth-int"}

// parseQOP reads a name exactly as it is hashed.
func parseQOP(name string) (QOP, bool) {
	for q := Auth; q.valid(); q++ {
		if name == qopNames[q] {
			return q, true
		}
	}
	return 0, false
}

// String is the name in challenges and credentials; empty for the zero QOP.
func (q QOP) String() string {
	if !q.valid() {
		return ""
	}
	return qopNames[q]
}

func (q QOP) valid() bool { return q == Auth || q == AuthInt }
