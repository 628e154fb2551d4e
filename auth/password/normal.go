package password

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

const (
	// MaxLength is how many bytes a password may have, in NFC.
	MaxLength = 1024
	// maxNameLength is how many bytes a name may have, in NFC.
	maxNameLength = 256
	// maxShrink bounds how many times longer than its NFC a text may be before it is normalised.
	maxShrink = 4
)

// normalize puts a password into NFC, so that it does not matter how a keyboard composed it (RFC 7617 §2.1); ASCII stays as
// it is. What is empty, too long or not UTF-8 is nobody's password: it becomes the empty text, which matches nothing.
func normalize(password string) string { return normalized(password, MaxLength) }

// normalizeName puts a name into NFC. What is empty, too long, not UTF-8 or has a NUL is nobody's: it becomes the empty text.
func normalizeName(name string) string {
	if strings.IndexByte(name, 0) >= 0 {
		return ""
	}
	return normalized(name, maxNameLength)
}

func normalized(text string, most int) string {
	if len(text) > maxShrink*most || !utf8.ValidString(text) {
		return ""
	}
	if text = norm.NFC.String(text); len(text) > most {
		return ""
	}
	return text
}

func errUnusable() error {
	return &autherr.Error{
		Kind: autherr.BadRequest, Reason: "unusable_password",
		Message: "A password has 1 to 1024 bytes of UTF-8",
	}
}
