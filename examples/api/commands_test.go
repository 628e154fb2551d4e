package main

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAShellTakesQuotedWordsLiterally(t *testing.T) {
	for _, word := range []string{
		"", "plain", "tiger: rajah & co", "it's", "''", `"$HOME" \n`, "`id`", "пароль-🔑", "*", "~", "a\nb", "#", "!", "http://a/?b=c&d", "-u",
	} {
		text, err := exec.Command("sh", "-c", "printf %s "+quoteForShell(word)).Output()
		require.NoError(t, err, word)
		assert.Equal(t, word, string(text))
	}
	assert.Equal(t, "http://127.0.0.1:8080/v2", quoteForShell("http://127.0.0.1:8080/v2"), "what needs no quotes has none")
}

func TestOnlyWhatIsKnownIsShown(t *testing.T) {
	assert.Empty(t, commands(credentials{BaseURL: "http://127.0.0.1:1"}, ""))
	full, err := credentials{BaseURL: "http://127.0.0.1:1"}.completed()
	require.NoError(t, err)
	assert.Len(t, commands(full, ""), 11)
	delete(full.Users, "locked")
	delete(full.APIKeys, "aladdin")
	assert.Len(t, commands(full, ""), 9)
}
