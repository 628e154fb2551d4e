package storetest_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenClients() map[string][]sabotage {
	return map[string][]sabotage{
		"Client returns the version that it is at": {
			finds("ClientsByOwner", func(c *store.Client) { c.Version = 0 }), finds("Client", func(c *store.Client) { c.Version = 1 }),
		},
		"PutClient refuses to add what is there":         {shrugs("PutClient", store.ErrExists)},
		"PutClient refuses another version":              {func(s everything) everything { return anyVersion{s} }},
		"PutClient refuses to replace what is not there": {func(s everything) everything { return upsertsClients{s} }},
		"PutClient refuses an owner that is not there":   {shrugs("PutClient", store.ErrNotFound), func(s everything) everything { return ownersLater{s} }},
		"PutClient moves a client to another owner":      {func(s everything) everything { return keepsOwners{s} }},
		"ClientsByOwner lists the newest first":          {func(s everything) everything { return oldestFirst{s} }},
		"ClientsByOwner lists whole records, revoked or not": {
			finds("ClientsByOwner", func(c *store.Client) { c.Secrets = nil }), func(s everything) everything { return liveClients{s} },
		},
		"DeleteClient removes one client": {func(s everything) everything { return revokesClients{s} }},
	}
}

func brokenGrants() map[string][]sabotage {
	return map[string][]sabotage{
		"PutGrant refuses to add what is there":                      {shrugs("PutGrant", store.ErrExists)},
		"PutGrant refuses an account that is not there":              {shrugs("PutGrant", store.ErrNotFound)},
		"PutGrant refuses a client that is not there":                {shrugs("PutGrant", store.ErrNotFound)},
		"Grants picks what the filter says":                          {grantsFilter(anyProtocol), grantsFilter(deadGrants), grantsFilter(anyGrantUser)},
		"Grants picks the remembered alone":                          {grantsFilter(forgettable), grantsFilter(deadGrants), grantsFilter(anyProtocol)},
		"Grants lists the newest first, at most limit":               {func(s everything) everything { return oldestFirst{s} }, func(s everything) everything { return oneMore{s} }},
		"Grants lists whole records":                                 {finds("Grants", func(g *store.Grant) { g.Resources = nil })},
		"Grants refuses a filter for nobody's grants":                {lenient("Grants")},
		"RevokeGrants ends what the filter picks":                    {grantsFilter(anyProtocol), grantsFilter(anyGrantUser)},
		"RevokeGrants ends the remembered alone":                     {grantsFilter(forgettable)},
		"RevokeGrants says how many it ended":                        {func(s everything) everything { return countsAll{s} }},
		"RevokeGrants keeps the time of an earlier end":              {func(s everything) everything { return lastEnd{s, new(time.Time)} }},
		"RevokeGrants refuses a filter for nobody's grants":          {lenient("RevokeGrants")},
		"RevokeGrants revokes the tokens":                            {neverGrantRevoked, finds("LookUpToken", func(f *store.FoundToken) { f.Token.Revoked = time.Time{} })},
		"RevokeGrants keeps the time at which a token ended earlier": {func(s everything) everything { return lastEnd{s, new(time.Time)} }},
		"PutTokens refuses a revoked grant":                          {shrugs("PutTokens", store.ErrRevoked)},
		"RotateToken refuses a revoked grant":                        {shrugs("RotateToken", store.ErrRevoked), func(s everything) everything { return nextOfAny{s} }},
		"AdvanceHandle refuses a revoked grant":                      {shrugs("AdvanceHandle", store.ErrRevoked)},
	}
}

type anyVersion struct{ everything }

func (s anyVersion) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	if now, err := s.Client(ctx, c.ID); err == nil && c.Version != 0 {
		c.Version = now.Version
	}
	return s.everything.PutClient(ctx, c, events...)
}

type upsertsClients struct{ everything }

func (s upsertsClients) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	err := s.everything.PutClient(ctx, c, events...)
	if errors.Is(err, store.ErrNotFound) {
		c.Version = 0
		s.everything.PutClient(ctx, c, events...)
	}
	return err
}

// ownersLater checks owners where a client is added, and not where it is given away.
type ownersLater struct{ everything }

func (s ownersLater) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	err := s.everything.PutClient(ctx, c, events...)
	if errors.Is(err, store.ErrNotFound) && c.Version > 0 {
		c.Owner = ""
		return s.everything.PutClient(ctx, c, events...)
	}
	return err
}

type keepsOwners struct{ everything }

func (s keepsOwners) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	if now, err := s.Client(ctx, c.ID); err == nil {
		c.Owner = now.Owner
	}
	return s.everything.PutClient(ctx, c, events...)
}

type oldestFirst struct{ everything }

func (s oldestFirst) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	list, err := s.everything.ClientsByOwner(ctx, owner)
	return reversed(list), err
}

func (s oldestFirst) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	list, err := s.everything.Grants(ctx, f, limit)
	return reversed(list), err
}

func (s oldestFirst) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	list, err := s.everything.ListTokens(ctx, f, after, limit)
	return reversed(list), err
}

func (s oldestFirst) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	list, err := s.everything.Events(ctx, f, limit)
	return reversed(list), err
}

func reversed[R any](list []R) []R {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

type oneMore struct{ everything }

func (s oneMore) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	return s.everything.Grants(ctx, f, limit+1)
}

func (s oneMore) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	return s.everything.ListTokens(ctx, f, after, limit+1)
}

func (s oneMore) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	return s.everything.Events(ctx, f, limit+1)
}

type liveClients struct{ everything }

func (s liveClients) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	list, err := s.everything.ClientsByOwner(ctx, owner)
	return slices.DeleteFunc(slices.Clone(list), func(c store.Client) bool { return !c.Revoked.IsZero() }), err
}

type revokesClients struct{ everything }

func (s revokesClients) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	c, err := s.Client(ctx, id)
	if err != nil {
		return err
	}
	c.Revoked = time.Now().UTC()
	return s.PutClient(ctx, c, events...)
}

type changedGrantFilter struct {
	everything
	change func(*store.GrantFilter)
}

func (s changedGrantFilter) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	s.change(&f)
	return s.everything.Grants(ctx, f, limit)
}

func (s changedGrantFilter) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	s.change(&f)
	return s.everything.RevokeGrants(ctx, f, at, events...)
}

func grantsFilter(change func(*store.GrantFilter)) sabotage {
	return func(s everything) everything { return changedGrantFilter{s, change} }
}

func anyProtocol(f *store.GrantFilter) { f.Protocol = "" }

func deadGrants(f *store.GrantFilter) { f.Live = false }

func forgettable(f *store.GrantFilter) { f.Remembered = false }

func anyGrantUser(f *store.GrantFilter) {
	if f.ID != "" || f.Client != "" {
		f.User = ""
	}
}

// lenient makes method return no error, ever.
func lenient(method string) sabotage {
	return calls(method, func(ctx context.Context, do func(context.Context) error) error {
		do(ctx)
		return nil
	})
}

type countsAll struct{ everything }

func (s countsAll) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	all, _ := s.Grants(ctx, f, 1000)
	_, err := s.everything.RevokeGrants(ctx, f, at, events...)
	return len(all), err
}

func (s countsAll) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	all, _ := s.ListTokens(ctx, f, "", 1000)
	_, err := s.everything.RevokeTokens(ctx, f, at, events...)
	return len(all), err
}

// lastEnd writes the time of an end over that of an earlier one.
type lastEnd struct {
	everything
	at *time.Time
}

func (s lastEnd) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	*s.at = at
	return s.everything.RevokeGrants(ctx, f, at, events...)
}

func (s lastEnd) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	*s.at = at
	return s.everything.RevokeTokens(ctx, f, at, events...)
}

func (s lastEnd) Grant(ctx context.Context, id string) (store.Grant, error) {
	g, err := s.everything.Grant(ctx, id)
	g.Revoked = *s.at
	return g, err
}

func (s lastEnd) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	f, err := s.everything.LookUpToken(ctx, d)
	f.Token.Revoked = *s.at
	return f, err
}

func neverGrantRevoked(s everything) everything {
	return finds("LookUpToken", func(f *store.FoundToken) { f.GrantRevoked = false })(s)
}

// nextOfAny looks at the grant of the old token alone.
type nextOfAny struct{ everything }

func (s nextOfAny) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	found, err := s.LookUpToken(ctx, old)
	if err == nil && !found.GrantRevoked {
		next = slices.Clone(next)
		for i := range next {
			next[i].Grant = ""
		}
	}
	return s.everything.RotateToken(ctx, old, end, next, events...)
}

// looksThenPuts looks whether what a token or grant belongs to is there, and puts it a moment later whatever happened.
type looksThenPuts struct{ everything }

func pause() error {
	time.Sleep(500 * time.Microsecond)
	return nil
}

func (s looksThenPuts) belongs(ctx context.Context, user, client, grant string) bool {
	_, noUser := s.UserByID(ctx, user)
	_, noClient := s.Client(ctx, client)
	g, noGrant := s.Grant(ctx, grant)
	return (user == "" || noUser == nil) && (client == "" || noClient == nil) && (grant == "" || noGrant == nil && g.Revoked.IsZero())
}

func (s looksThenPuts) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	t := tokens[0]
	belongs := s.belongs(ctx, t.User, t.Client, t.Grant)
	pause()
	err := s.everything.PutTokens(ctx, tokens, limit, events...)
	if belongs && (errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrRevoked)) {
		t.User, t.Client, t.Grant = "", "", ""
		return s.everything.PutTokens(ctx, []store.Token{t}, limit, events...)
	}
	return err
}

func (s looksThenPuts) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	t := next[0]
	belongs := s.belongs(ctx, t.User, t.Client, t.Grant)
	pause()
	err := s.everything.RotateToken(ctx, old, end, next, events...)
	if belongs && errors.Is(err, store.ErrRevoked) {
		t.User, t.Client, t.Grant = "", "", ""
		return s.everything.PutTokens(ctx, []store.Token{t}, 0, events...)
	}
	return err
}

func (s looksThenPuts) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	belongs := s.belongs(ctx, g.User, g.Client, "")
	pause()
	err := s.everything.PutGrant(ctx, g, events...)
	if belongs && errors.Is(err, store.ErrNotFound) {
		s.everything.PutClient(ctx, store.Client{ID: g.Client})
		g.User = ""
		return s.everything.PutGrant(ctx, g, events...)
	}
	return err
}

// crowdedPut forgets the limit when others put as well; crowdedRevoke counts what it saw before.
type crowdedPut struct {
	everything
	inside *atomic.Int32
}

func (s crowdedPut) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	crowd, err := crowded(s.inside, func() error { return s.everything.PutTokens(ctx, tokens, limit, events...) })
	if crowd && errors.Is(err, store.ErrFull) {
		return s.everything.PutTokens(ctx, tokens, 0, events...)
	}
	return err
}

type crowdedRevoke struct{ everything }

func (s crowdedRevoke) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	f.Live = true
	seen, err := s.ListTokens(ctx, f, "", 1000)
	if err != nil {
		return 0, err
	}
	pause()
	_, err = s.everything.RevokeTokens(ctx, f, at, events...)
	return len(seen), err
}
