package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A command is one that a person can paste into a shell.
type command struct {
	about string
	words []string
}

// commands are what a first visitor may want to see, as far as what they need is known. caFile is the certificate that curl
// is to trust, if any.
func commands(c credentials, caFile string) []command {
	curl := []string{"curl"}
	if caFile != "" {
		curl = append(curl, "--cacert", caFile)
	}
	var list []command
	add := func(about, user, app string, words ...string) {
		u, key := c.Users[user], c.Clients[app].ClientKey
		if u.Password == "" || key == "" {
			return
		}
		fill := strings.NewReplacer("USER", u.Username, "PASSWORD", u.Password, "KEY", key, "BASE", c.BaseURL)
		line := slices.Clone(curl)
		for _, word := range words {
			line = append(line, fill.Replace(word))
		}
		list = append(list, command{about, line})
	}
	add("Who am I?", "aladdin", "aladdin_app", "-u", "USER:PASSWORD", "-H", "X-Client-Key: KEY", "BASE/v2")
	add("The key in the query; an @ in the name, colons in the password", "jasmine", "jasmine_app",
		"-u", "USER:PASSWORD", "BASE/v2/products?client_key=KEY")
	add("UTF-8, and a scope that jasmine lacks", "unicode", "unicode_app",
		"-u", "USER:PASSWORD", "-H", "X-Client-Key: KEY", "-d", `{"name": "lamp"}`, "BASE/v2/products")
	add("A wrong password: 401", "aladdin", "aladdin_app", "-i", "-u", "USER:close sesame", "BASE/v2?client_key=KEY")
	add("No client key: 400", "aladdin", "aladdin_app", "-i", "-u", "USER:PASSWORD", "BASE/v2")
	add("A locked account: 403", "locked", "locked_app", "-i", "-u", "USER:PASSWORD", "BASE/v2?client_key=KEY")
	return list
}

// printCommands writes the list so that a line, or the whole of it, can be pasted.
func printCommands(out io.Writer, list []command) {
	for _, c := range list {
		quoted := make([]string, len(c.words))
		for i, word := range c.words {
			quoted[i] = quoteForShell(word)
		}
		fmt.Fprintf(out, "# %s\n%s\n", c.about, strings.Join(quoted, " "))
	}
}

// quoteForShell quotes word so that every POSIX shell takes it as one word, literally.
func quoteForShell(word string) string {
	harmless := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@=,+", r)
	}
	if word != "" && strings.TrimFunc(word, harmless) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
