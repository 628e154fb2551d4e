package auth_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth"
)

func TestRefuseRepeatsOnlyNamesThatAreSafe(t *testing.T) {
	long := strings.Repeat("a", 255) + "ø" + "tail"
	for name, want := range map[string]string{
		"":                          "Could not authenticate:",
		"Aladdin":                   "Could not authenticate: Aladdin",
		"jasmine%40agrabah.example": "Could not authenticate: jasmine%40agrabah.example",
		"Jäsøn":                     "Could not authenticate: Jäsøn",
		"a b":                       "Could not authenticate: a b",
		"bad\x00name":               "Could not authenticate:",
		"bad\nname":                 "Could not authenticate:",
		"bad\u0085name":             "Could not authenticate:",
		"bad\xffname":               "Could not authenticate:",
		strings.Repeat("x", 256):    "Could not authenticate: " + strings.Repeat("x", 256),
		strings.Repeat("x", 300):    "Could not authenticate: " + strings.Repeat("x", 256),
		long:                        "Could not authenticate: " + strings.Repeat("a", 255),
	} {
		e := auth.Refuse(name, "wrong_password")
		assert.Equal(t, want, e.Message)
		assert.Empty(t, e.Additional)
		assert.Empty(t, e.Reference)
	}
}
