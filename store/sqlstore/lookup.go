package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// lookUp finds a token by its digest and, each by its key: the account, the client, the client's owner and the grant.
var lookUp = "SELECT " + of("t", tokenColumns) + ", " + of("u", shownColumns) + ", " + clientOfToken() + `, o.state, g.revoked
	FROM sesame_tokens t
	LEFT JOIN sesame_users u ON u.tenant = t.tenant AND u.id = t.user_id AND t.user_id <> ''
	LEFT JOIN sesame_clients c ON c.tenant = t.tenant AND c.id = t.client_id AND t.client_id <> ''
	LEFT JOIN sesame_users o ON o.tenant = c.tenant AND o.id = c.owner
	LEFT JOIN sesame_grants g ON g.tenant = t.tenant AND g.id = t.grant_id AND t.grant_id <> ''
	WHERE t.tenant = ? AND t.digest = ?`

// clientOfToken are the client's columns; secrets and keys only where a signature may need them.
func clientOfToken() string {
	only := fmt.Sprintf("CASE WHEN t.kind = %d THEN c.%%s END", store.OAuth1Token)
	return strings.NewReplacer("c.secrets", fmt.Sprintf(only, "secrets"), "c.keys", fmt.Sprintf(only, "keys")).
		Replace(of("c", clientColumns))
}

// LookUpToken implements [store.Tokens]. The client's secrets and keys are left out where the kind is not OAuth1Token,
// the account's password always.
func (s *Store) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	var found store.FoundToken
	var ended sql.NullInt64
	fields := tokenFields(&found.Token)
	for _, field := range append(shownFields(&found.User), append(clientFields(&found.Client), &found.Owner)...) {
		fields = append(fields, optional{field})
	}
	err := s.read(ctx, "look up token", func(ctx context.Context, q queries) error {
		return q.get(ctx, lookUp, []any{s.tenant, d[:]}, append(fields, &ended)...)
	})
	if err == nil && s.orphaned(found) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.FoundToken{}, err
	}
	missing := found.Token.Grant != "" && !ended.Valid && s.elsewhere&GrantsElsewhere == 0
	found.GrantRevoked = ended.Int64 != 0 || missing
	return found, nil
}

// orphaned says whether what the token stands for is gone though it is kept here. No call leaves such a token; one that
// something else left must not pass as one whose account is in good standing.
func (s *Store) orphaned(found store.FoundToken) bool {
	return found.Token.User != "" && found.User.ID == "" && s.elsewhere&UsersElsewhere == 0 ||
		found.Token.Client != "" && found.Client.ID == "" && s.elsewhere&ClientsElsewhere == 0
}

// optional is a field of a record that may not be there; it stays zero then.
type optional struct{ field any }

// Scan implements [sql.Scanner].
func (o optional) Scan(column any) error {
	if column == nil {
		return nil
	}
	switch field := o.field.(type) {
	case sql.Scanner:
		return field.Scan(column)
	case *string:
		return scan(field, column)
	case *store.State:
		return scan(field, column)
	case *int64:
		return scan(field, column)
	case *bool:
		return scan(field, column)
	case *[]byte:
		return scan(field, column)
	default:
		return fmt.Errorf("a field is a %T", field)
	}
}

func scan[T any](field *T, column any) error {
	var value sql.Null[T]
	err := value.Scan(column)
	*field = value.V
	return err
}
