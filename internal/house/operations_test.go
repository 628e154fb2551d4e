package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const operations = "docs/operations.md"

// A quote is a number of the code that the page for operators gives, beside the option that sets it.
type quote struct{ option, words, file, code string }

var quotes = []quote{
	{"auth.perNetwork", "first 10 of each", "auth/tally.go", "perNetwork = 10"},
	{"auth.perAccount", "first 100", "auth/tally.go", "perAccount = 100"},
	{"auth.Audit.Keep", "90 days", "auth/audit.go", "keep = 90 * 24 * time.Hour"},
	{"digest.Config.NonceLifetime", "5 minutes", "digest/config.go", "cfg.NonceLifetime = 5 * time.Minute"},
	{"digest.Config.NonceLifetime", "6 minutes", "digest/nonce.go", "n.expires.Add(maxSkew)"},
	{"digest.maxSkew", "1 minute", "digest/nonce.go", "const maxSkew = time.Minute"},
	{"interaction.Config.Life", "10 minutes", "auth/interaction/interaction.go", "cfg.Life = 10 * time.Minute"},
	{"memory.OnceCapacity", "524,288", "store/memory/memory.go", "onceCapacity: 1 << 19,"},
	{"memory.CounterCapacity", "131,072", "store/memory/memory.go", "counterCapacity: 1 << 17,"},
	{"memory.EventCapacity", "65,536", "store/memory/memory.go", "eventCapacity: 1 << 16,"},
	{"memory.EventsPerAccount", "1,024", "store/memory/memory.go", "eventsPerAccount: 1 << 10}"},
	{"oauth1.Config.MaxNonces", "250,000", "oauth1/config.go", "c.MaxNonces = 250_000"},
	{"oauth1.Config.MaxSecrets", "65,536", "oauth1/config.go", "c.MaxSecrets = 1 << 16"},
	{"oauth1.Config.Window", "5 minutes", "oauth1/config.go", "defaultWindow = 5 * time.Minute"},
	{"oauth1.Config.Window", "10 minutes", "oauth1/config.go", "defaultWindow = 5 * time.Minute"},
	{"oauth2.Config.AccessLife", "1 hour", "oauth2/server.go", "setDefault(&c.AccessLife, time.Hour)"},
	{"oauth2.Config.CodeLife", "1 minute", "oauth2/server.go", "setDefault(&c.CodeLife, time.Minute)"},
	{"oauth2.Config.Grace", "30 seconds", "oauth2/server.go", "c.Grace > 30*time.Second"},
	{"oauth2.Config.GrantLife", "365 days", "oauth2/server.go", "setDefault(&c.GrantLife, max(365*24*time.Hour, c.RefreshLife))"},
	{"oauth2.Config.RefreshLife", "30 days", "oauth2/server.go", "setDefault(&c.RefreshLife, 30*24*time.Hour)"},
	{"oauth2.maxAssertionLife", "5 minutes", "oauth2/assertion.go", "maxAssertionLife = 5 * time.Minute"},
	{"oauth2.maxAssertionLife", "30 seconds", "oauth2/assertion.go", "assertionSkew = 30 * time.Second"},
	{"password.Config.Concurrent", "19 MiB", "auth/password/hasher.go", "orDefault(cfg.Memory, 19<<10)"},
	{"password.Config.MaxWait", "2 seconds", "auth/password/config.go", "orDefault(cfg.MaxWait, 2*time.Second)"},
	{"password.Config.Queue", "64 more", "auth/password/config.go", "orDefault(cfg.Queue, 64*cfg.Concurrent)"},
	{"password.Config.Remember", "5 minutes", "auth/password/config.go", "orDefault(cfg.Remember, 5*time.Minute)"},
	{"password.Config.Remembered", "65,536", "auth/password/config.go", "orDefault(cfg.Remembered, 1<<16)"},
	{"redisstore.DefaultTimeout", "1.5 seconds", "store/redisstore/option.go", "DefaultTimeout = 1500 * time.Millisecond"},
	{"redisstore.DefaultTimeout", "a tenth of the staleness", "store/redisstore/cache.go", "c.config.staleness / 10"},
	{"redisstore.DefaultWindow", "12 minutes", "store/redisstore/option.go", "DefaultWindow = 12 * time.Minute"},
	{"redisstore.MaxStaleness", "1 second", "store/redisstore/option.go", "MaxStaleness = time.Second"},
	{"session.Config.Absolute", "12 hours", "auth/session/config.go", "setDefault(&cfg.Absolute, 12*time.Hour)"},
	{"session.Config.MaxPerAccount", "100; one more", "auth/session/config.go", "setDefault(&cfg.MaxPerAccount, 100)"},
	{"session.Config.Idle", "30 minutes", "auth/session/config.go", "setDefault(&cfg.Idle, 30*time.Minute)"},
	{"sqlstore.DefaultTimeout", "1.5 seconds", "store/sqlstore/option.go", "const DefaultTimeout = 1500 * time.Millisecond"},
	{"sqlstore.patience", "10 seconds", "store/sqlstore/migrate.go", "const patience = 10 * time.Second"},
	{"store.CountWindow", "128 back", "store/once.go", "const CountWindow = 128"},
	{"throttle.Config.Notes", "65,536", "auth/throttle/config.go", "setDefault(&cfg.Notes, 1<<16)"},
	{"throttle.Config.PerAccount", "1,000 a minute", "auth/throttle/config.go", "setDefault(&cfg.PerAccount, 1000)"},
	{"throttle.Config.PerAccount", "last 24 hours", "auth/throttle/config.go", "setDefault(&cfg.Spared, 24*time.Hour)"},
	{"throttle.Config.PerAccountAddress", "10 a minute", "auth/throttle/config.go", "setDefault(&cfg.PerAccountAddress, 10)"},
	{"throttle.Config.PerAddress", "100 a minute", "auth/throttle/config.go", "setDefault(&cfg.PerAddress, 100)"},
	{"tokens.Config.KeepEvents", "400 days", "tokens/issuer.go", "setDefault(&cfg.KeepEvents, 400*day)"},
	{"tokens.Config.Life", "90 days", "tokens/issuer.go", "setDefault(&cfg.Life, 90*day)"},
	{"tokens.Config.MaxLife", "365 at most", "tokens/issuer.go", "setDefault(&cfg.MaxLife, 365*day)"},
	{"tokens.OutboxConfig.Attempts", "100 times", "tokens/outbox.go", "setDefault(&cfg.Attempts, 100)"},
	{"OutboxConfig.Interval", "5 seconds", "tokens/outbox.go", "setDefault(&cfg.Interval, 5*time.Second)"},
	{"tokens.Uses.Run", "10 seconds", "tokens/uses.go", "useInterval = 10 * time.Second"},
	{"tokens.useResolution", "to the minute", "tokens/uses.go", "useResolution = time.Minute"},
}

func TestThePageForOperatorsQuotesTheCode(t *testing.T) {
	root := tree(t).Root
	page, err := os.ReadFile(filepath.Join(root, operations))
	require.NoError(t, err)
	for _, q := range quotes {
		source, err := os.ReadFile(filepath.Join(root, q.file))
		require.NoError(t, err)
		assert.True(t, strings.Contains(spaced(string(source)), q.code), "%s has no %q any more: what %s says of it may be old", q.file, q.code, operations)
		assert.True(t, q.on(string(page)), "%s is to say %q beside `%s`", operations, q.words, q.option)
	}
	for _, option := range boundOptions(string(page)) {
		known := false
		for _, q := range quotes {
			known = known || "`"+q.option+"`" == option
		}
		assert.True(t, known, "%s bounds something by %s, and no test knows by how much", operations, option)
	}
}

// on says whether a row, an item or a paragraph has both option and number.
func (q quote) on(page string) bool {
	for _, piece := range pieces(page) {
		if strings.Contains(piece, "`"+q.option+"`") && strings.Contains(piece, q.words) {
			return true
		}
	}
	return false
}

// beginning is that of a piece: a row of a table, an item of a list, or a line after an empty one.
var beginning = regexp.MustCompile(`\n(\||- |\d+\. |\n)`)

// pieces are what stands together on a page, each in one line.
func pieces(page string) (pieces []string) {
	for piece := range strings.SplitSeq(beginning.ReplaceAllString(page, "\x00$1"), "\x00") {
		pieces = append(pieces, spaced(piece))
	}
	return pieces
}

// boundOptions are what stands in the last column of the table of bounds, but for the rows that no option sets.
func boundOptions(page string) (options []string) {
	_, table, _ := strings.Cut(page, "\n## Stated bounds\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		if option := strings.TrimSpace(cells[3]); strings.HasPrefix(option, "`") {
			options = append(options, option)
		}
	}
	return options
}

// spaced has one space wherever a text has some, for sources are aligned and pages have lines.
func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }
