package portal

// CommonPasswords says how many of the common passwords have at least this many characters.
func CommonPasswords(least int) (n int) {
	for word := range commonPasswords() {
		if len([]rune(word)) >= least {
			n++
		}
	}
	return n
}

// ParseKeys is parseKeys.
func ParseKeys(text string) (set []byte, problem string) { return parseKeys(text) }
