package conformance_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/internal/conformance"
)

const list = `id,level,package,stage,requirement,test
A-6.2.1,MUST,auth,first,Say | no.,Try it.
A-6.2.12,BCP,auth,first,"Say yes, <b>loudly</b>.",Try it.
R-1-01,MUST,basic,second,Split.,Try it.
R-1-01-KEY,SHOULD,basic,second,Keep.,Try it.
`

// events makes the output of `go test -json` from lines such as "pass m/basic TestParse/R-1-01_split".
func events(t *testing.T, lines ...string) string {
	t.Helper()
	var b strings.Builder
	for _, line := range lines {
		f := strings.SplitN(line, " ", 4)
		e := map[string]string{"Action": f[0], "Package": f[1]}
		for i, key := range []string{"Test", "Output"} {
			if len(f) > i+2 && f[i+2] != "" {
				e[key] = f[i+2]
			}
		}
		text, err := json.Marshal(e)
		require.NoError(t, err)
		b.Write(append(text, '\n'))
	}
	return b.String()
}

func matrix(t *testing.T, lines ...string) conformance.Matrix {
	t.Helper()
	requirements, err := conformance.ReadRequirements(strings.NewReader(list))
	require.NoError(t, err)
	results, err := conformance.Read(strings.NewReader(events(t, lines...)))
	require.NoError(t, err)
	return conformance.NewMatrix(requirements, results)
}

func held(m conformance.Matrix) []string {
	var ids []string
	for _, row := range m {
		if row.Held() {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

func TestWhatHoldsARow(t *testing.T) {
	for _, tc := range []struct {
		name   string
		events []string
		want   []string
	}{
		{"a passing subtest", []string{"run m/basic T/R-1-01_split", "pass m/basic T/R-1-01_split"}, []string{"R-1-01"}},
		{"no test", nil, nil},
		{"not a failing subtest", []string{"fail m/basic T/R-1-01_split"}, nil},
		{"not a skipped subtest", []string{"skip m/basic T/R-1-01_split"}, nil},
		{"not one that did not finish", []string{"run m/basic T/R-1-01_split"}, nil},
		{"not one whose id is only the beginning of another", []string{"pass m/auth T/A-6.2.12_yes"}, []string{"A-6.2.12"}},
		{"not one whose id goes on with a dot", []string{"pass m/auth T/A-6.2.1.4_yes"}, nil},
		{"not one whose id goes on with a word", []string{"pass m/basic T/R-1-01-KEY_keep"}, []string{"R-1-01-KEY"}},
		{"two ids in one name", []string{"pass m/auth T/A-6.2.1,_A-6.2.12_both"}, []string{"A-6.2.1", "A-6.2.12"}},
		{"an id that was used twice", []string{"pass m/basic T/R-1-01", "pass m/basic T/R-1-01#01"}, []string{"R-1-01"}},
		{"a subtest of the test that carries it", []string{"pass m/basic T/R-1-01/empty", "pass m/basic T/R-1-01"}, []string{"R-1-01"}},
		{"not where every subtest was skipped", []string{"skip m/basic T/R-1-01/empty", "pass m/basic T/R-1-01"}, nil},
		{"where some were", []string{"skip m/basic T/R-1-01/a", "pass m/basic T/R-1-01/b", "pass m/basic T/R-1-01"}, []string{"R-1-01"}},
		{"not where a sibling failed", []string{"pass m/basic T/R-1-01/a", "fail m/basic T/R-1-01/b", "fail m/basic T/R-1-01"}, nil},
		{"not where another test with the id failed", []string{"pass m/basic T/R-1-01", "fail m/auth T/R-1-01"}, nil},
		{"where another test with the id was skipped", []string{"pass m/basic T/R-1-01", "skip m/auth T/R-1-01"}, []string{"R-1-01"}},
		{"not where one of two runs failed", []string{"fail m/basic T/R-1-01", "pass m/basic T/R-1-01"}, nil},
		{"where only a test beside it failed", []string{"pass m/basic T/R-1-01", "fail m/basic T/other", "fail m/basic T"}, []string{"R-1-01"}},
		{"not by what a test prints", []string{"output m/basic T R-1-01", "pass m/basic T"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			assert.Equal(t, tc.want, held(matrix(t, tc.events...)))
		})
	}
}

func TestPage(t *testing.T) {
	m := matrix(t,
		"pass m/basic TestB/R-1-01_split", "pass m/basic TestB/R-1-01_split_again", "pass m/auth TestA/memory/R-1-01", "pass m/auth TestA/sql/R-1-01",
		"pass m/auth TestC/A-6.2.1", "skip m/auth TestC/A-6.2.12")
	var page strings.Builder
	require.NoError(t, m.WriteMarkdown(&page, "m"))

	assert.Contains(t, page.String(), "| [first](#first) | 1 of 2 | 1 of 1 |\n| [second](#second) | 1 of 2 | 1 of 1 |\n| all | 2 of 4 | 2 of 2 |\n")
	assert.Contains(t, page.String(), "| R-1-01 | MUST | Split. | `auth` `TestA/.*/R-1-01`<br>`basic` `TestB/R-1-01` |\n")
	assert.Contains(t, page.String(), "| A-6.2.1 | MUST | Say \\| no. | `auth` `TestC/A-6.2.1` |\n")
	assert.Contains(t, page.String(), "| A-6.2.12 | BCP | Say yes, &lt;b>loudly&lt;/b>. |  |\n")

	ids, err := conformance.ReadHeld(strings.NewReader(page.String()))
	require.NoError(t, err)
	assert.Equal(t, []string{"A-6.2.1", "R-1-01"}, ids)
}

func TestLost(t *testing.T) {
	m := matrix(t, "pass m/basic T/R-1-01", "skip m/auth T/A-6.2.1", "fail m/basic T/R-1-01-KEY", "run m/basic U/R-1-01-KEY")
	why := map[string]string{}
	for _, row := range m.Lost([]string{"A-6.2.1", "A-6.2.12", "R-1-01", "R-1-01-KEY", "GONE-1"}) {
		why[row.ID] = row.Why()
	}
	assert.Equal(t, map[string]string{
		"A-6.2.1":    "tests that carry its id: skipped",
		"A-6.2.12":   "no test that ran carries its id",
		"R-1-01-KEY": "tests that carry its id: did not finish, failed",
		"GONE-1":     "it is no longer in the list",
	}, why)
}

func TestReadRequirementsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"an empty list":        "",
		"a list without ids":   "level,stage,requirement\nMUST,first,x\n",
		"an id there twice":    "id,level,stage,requirement\nA-1,MUST,first,x\nA-1,MUST,first,y\n",
		"an empty id":          "id,level,stage,requirement\n,MUST,first,x\n",
		"a row that is ragged": "id,level,stage,requirement\nA-1,MUST\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := conformance.ReadRequirements(strings.NewReader(text))
			assert.ErrorContains(t, err, "requirements: ")
		})
	}
}
