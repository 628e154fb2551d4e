package conformance

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A Requirement is a row of the list.
type Requirement struct {
	ID    string // such as RFC7617-2-03 or SEC-RAND-01
	Level string // MUST, SHOULD, MAY, or BCP for a practice that no RFC words as one of these
	Stage string // the part of the project that brings it
	Text  string
}

// columns are those that the list must have; it may have more.
var columns = []string{"id", "level", "stage", "requirement"}

// ReadRequirements reads the list. An id that occurs twice, or is empty, is an error.
func ReadRequirements(r io.Reader) ([]Requirement, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("requirements: %w", err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("requirements: the list is empty")
	}
	at := make([]int, len(columns))
	for i, name := range columns {
		if at[i] = slices.Index(rows[0], name); at[i] < 0 {
			return nil, fmt.Errorf("requirements: no column %q", name)
		}
	}
	var list []Requirement
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		req := Requirement{ID: row[at[0]], Level: row[at[1]], Stage: row[at[2]], Text: row[at[3]]}
		if req.ID == "" || seen[req.ID] {
			return nil, fmt.Errorf("requirements: id %q is empty or there twice", req.ID)
		}
		seen[req.ID] = true
		list = append(list, req)
	}
	return list, nil
}

// idsIn returns the words of a test's name that could be ids. A word ends at anything but a letter, a digit, a dot or a
// hyphen, so that ASVS-6.2.1 is not found in ASVS-6.2.12, nor RFC7617-2-0 in RFC7617-2-03.
func idsIn(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool {
		return r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
