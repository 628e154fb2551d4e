package digest

// Hash is H of RFC 7616, for vectors with a body.
func Hash(a Algorithm, text string) Sum { return a.hash([]byte(text)) }
