package main

import "github.com/seed-f67351ce/sesame/tokens"

// What the secrets look like that this server issues. A secret scanner knows them by these prefixes.
func developerFormat() tokens.Format { return format("sesame_pat_") }
func apiKeyFormat() tokens.Format    { return format("sesame_key_") }
func accessFormat() tokens.Format    { return format("sesame_at_") }
func refreshFormat() tokens.Format   { return format("sesame_rt_") }
func oauth1Format() tokens.Format    { return format("sesame_o1_") }

func format(prefix string) tokens.Format {
	f, err := tokens.NewFormat(prefix)
	if err != nil {
		panic(err) // they are all above
	}
	return f
}
