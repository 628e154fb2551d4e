package digest

// Hash is H of RFC 7616, for vectors with a body.
func Hash(a Algorithm, text string) Sum { return a.hash([]byte(text)) }

// DamageNobody lets what is sealed for nobody open no more.
func (s *Scheme) DamageNobody() {
	for i := range s.nobody.Password.HA1s {
		s.nobody.Password.HA1s[i].Sealed[0]++
	}
}
