package portal

import (
	"strings"
	"unicode"
)

// visible makes the characters of a name visible that nobody sees, or that would change how the text around it is read.
func visible(name string) string {
	return strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return '\uFFFD'
		}
		return r
	}, name)
}

// isBlank says that there is nothing to see in text.
func isBlank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !isInvisible(r) })
}

// isInvisible picks controls, bidirectional ones among them, and what fonts draw as nothing: fillers, joiners, variation
// selectors, the blank of braille.
func isInvisible(r rune) bool {
	return r == '\u2800' || unicode.IsControl(r) ||
		unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
			!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
