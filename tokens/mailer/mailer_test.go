package mailer_test

import (
	"context"
	"crypto/tls"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
	"github.com/seed-f67351ce/sesame/tokens/mailer"
)

var ctx = context.Background()

func newMailer(t testing.TB, s *smtpServer, change ...func(*mailer.Config)) *mailer.Mailer {
	t.Helper()
	cfg := mailer.Config{
		Server: s.address(), From: "Agrabah <no-reply@agrabah.example>", Service: "Agrabah", Hello: "api.agrabah.example",
		TLS: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}, Timeout: 10 * time.Second,
	}
	for _, c := range change {
		c(&cfg)
	}
	m, err := mailer.New(cfg)
	require.NoError(t, err)
	return m
}

func inClear(cfg *mailer.Config) { cfg.InsecureAllowClear = true }

func login(cfg *mailer.Config) { cfg.Username, cfg.Password = "robot", "s3cret" }

func quick(cfg *mailer.Config) { cfg.Timeout = 300 * time.Millisecond }

func notice(change ...func(*tokens.Notice)) tokens.Notice {
	n := tokens.Notice{
		User: store.User{ID: "1", Name: "Aladdin", Email: "aladdin@agrabah.example"},
		Event: store.Event{
			ID: "00V7event", Type: tokens.EventCreated, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Address: "192.0.2.7",
			Details: map[string]string{
				tokens.DetailKind: "API key", tokens.DetailDescription: "nightly <b>import</b>", tokens.DetailScopes: "products:read users:read",
				tokens.DetailExpires: "2026-04-02T03:04:05Z", tokens.DetailHint: "wxyz",
			},
		},
	}
	for _, c := range change {
		c(&n)
	}
	return n
}

// parse reads a mail as its recipient does.
func parse(t testing.TB, data string) (header mail.Header, parts map[string]string) {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(data))
	require.NoError(t, err)
	mediaType, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", mediaType)
	parts = map[string]string{}
	reader := multipart.NewReader(message.Body, params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return message.Header, parts
		}
		require.NoError(t, err)
		require.Equal(t, "quoted-printable", part.Header.Get("Content-Transfer-Encoding"))
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		require.NoError(t, err)
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		parts[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestSend(t *testing.T) {
	s := newSMTPServer(t)
	s.auth = true
	require.NoError(t, newMailer(t, s, login).Send(ctx, notice()))
	inbox := s.inbox()
	require.Len(t, inbox, 1)
	assert.True(t, inbox[0].encrypted)
	assert.Contains(t, inbox[0].from, "<no-reply@agrabah.example>")
	assert.Contains(t, inbox[0].to, "<aladdin@agrabah.example>")
	assert.Equal(t, []string{"\x00robot\x00s3cret"}, s.logins)

	header, parts := parse(t, inbox[0].data)
	assert.Equal(t, "Agrabah: New API key for your account", header.Get("Subject"))
	assert.Equal(t, `"Agrabah" <no-reply@agrabah.example>`, header.Get("From"))
	assert.Equal(t, "<aladdin@agrabah.example>", header.Get("To"))
	assert.Equal(t, "<event.00V7event@agrabah.example>", header.Get("Message-Id"))
	assert.Equal(t, "auto-generated", header.Get("Auto-Submitted"))
	assert.NotEmpty(t, header.Get("Date"))
	for _, words := range []string{"Aladdin", "products:read users:read", "2 January 2026, 03:04:05 UTC", "192.0.2.7", "wxyz", "2 April 2026, 03:04:05 UTC"} {
		assert.Contains(t, parts["text/plain"], words)
		assert.Contains(t, parts["text/html"], words)
	}
	assert.Contains(t, parts["text/plain"], "Description: nightly <b>import</b>\n")
	assert.Contains(t, parts["text/html"], "nightly &lt;b&gt;import&lt;/b&gt;")
}

func TestSubjects(t *testing.T) {
	m := newMailer(t, newSMTPServer(t), func(cfg *mailer.Config) { cfg.Subjects = map[string]string{"app.created": "Neue App"} })
	for kind, subject := range map[string]string{
		tokens.EventCreated: "New API key for your account", tokens.EventRevoked: "Your API key was revoked", tokens.EventRotated: "Your API key was replaced",
		tokens.EventLeaked: "Your API key was found in public", "app.created": "Neue App",
		"app.registered": "New app in your account", "app.changed": "An app of yours was changed", "app.rotated": "An app of yours has a new secret",
		"app.deleted": "An app of yours was deleted", "password.changed": "Your password was changed",
		"else\r\nBcc: x@y.example": "Something changed in your account",
	} {
		content, err := m.Compose(notice(func(n *tokens.Notice) { n.Event.Type = kind }))
		require.NoError(t, err)
		assert.Equal(t, "Agrabah: "+subject, content.Subject)
		assert.Contains(t, content.Text, subject)
		assert.Contains(t, content.HTML, subject)
		helps := map[bool]string{false: "take it back and change your password", true: "ask the people who run this service for help"}
		assert.Contains(t, content.Text, helps[kind == "password.changed"])
	}
}

func TestNothingReachesAHeader(t *testing.T) {
	const attack = "x\r\nBcc: thief@example.net\r\n\r\n<script>alert(1)</script>\u2028y\x00"
	s := newSMTPServer(t)
	m := newMailer(t, s)
	require.NoError(t, m.Send(ctx, notice(func(n *tokens.Notice) {
		n.User.Name, n.Event.ID, n.Event.Type, n.Event.Address = attack, attack, attack, attack
		for name := range n.Event.Details {
			n.Event.Details[name] = attack
		}
		n.Event.Details[attack] = attack
	})))
	header, parts := parse(t, s.inbox()[0].data)
	assert.Empty(t, header.Get("Bcc"))
	assert.Equal(t, []string{"Agrabah: Something changed in your account"}, header["Subject"])
	assert.NotContains(t, parts["text/html"], "<script>")
	assert.NotContains(t, parts["text/plain"], "\nBcc", "nor does it look like a line of ours")
	for name, address := range map[string]string{
		"none": "", "no address": "aladdin", "a line break": "a@b.example\r\nBcc: thief@example.net", "a list": "a@b.example, c@d.example",
		"a name": "Thief <a@b.example>", "a comment": "a@b.example (x)", "a command": "a@b.example>\r\nRCPT TO:<c@d.example",
	} {
		err := m.Send(ctx, notice(func(n *tokens.Notice) { n.User.Email = address }))
		assert.ErrorIs(t, err, mailer.ErrAddress, name)
	}
	assert.Len(t, s.inbox(), 1)
}

func TestTransportSecurity(t *testing.T) {
	t.Run("a server without STARTTLS gets nothing", func(t *testing.T) {
		s := newSMTPServer(t)
		s.clear, s.auth = true, true
		assert.Error(t, newMailer(t, s, login).Send(ctx, notice()))
		assert.Empty(t, s.inbox())
		assert.Empty(t, s.logins)
	})
	t.Run("but where the host says so", func(t *testing.T) {
		s := newSMTPServer(t)
		s.clear = true
		require.NoError(t, newMailer(t, s, inClear).Send(ctx, notice()))
		assert.False(t, s.inbox()[0].encrypted)
	})
	t.Run("what is offered is used all the same", func(t *testing.T) {
		s := newSMTPServer(t)
		require.NoError(t, newMailer(t, s, inClear).Send(ctx, notice()))
		assert.True(t, s.inbox()[0].encrypted)
	})
	t.Run("a certificate that nobody vouches for is refused", func(t *testing.T) {
		s := newSMTPServer(t)
		for _, change := range []func(*mailer.Config){func(*mailer.Config) {}, inClear} {
			m := newMailer(t, s, login, change, func(cfg *mailer.Config) { cfg.TLS = nil })
			assert.ErrorContains(t, m.Send(ctx, notice()), "certificate")
		}
		assert.Empty(t, s.inbox())
		assert.Empty(t, s.logins)
	})
}

func TestServersThatFail(t *testing.T) {
	for _, row := range []struct{ name, verb, answer string }{
		{"refuses to talk", "CONNECT", "421 too busy"},
		{"says nothing", "CONNECT", ""},
		{"refuses the credentials", "AUTH", "535 no"},
		{"refuses the sender", "MAIL", "550 no"},
		{"refuses the recipient", "RCPT", "550 no such mailbox"},
		{"asks to come back later", "RCPT", "451 later"},
		{"says nothing of the recipient", "RCPT", ""},
		{"refuses the text", "DATA", "554 no"},
		{"refuses what it has read", "SENT", "554 looks like spam"},
		{"says nothing of what it has read", "SENT", ""},
		{"refuses STARTTLS", "STARTTLS", "454 not now"},
		{"speaks nonsense", "EHLO", "banana"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSMTPServer(t)
			s.auth = true
			s.answer(row.verb, row.answer)
			err := newMailer(t, s, login, quick).Send(ctx, notice())
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "s3cret")
			assert.Empty(t, s.inbox())
			if row.answer == "" {
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			}
		})
	}
	t.Run("a server that breaks off after it took the mail has it", func(t *testing.T) {
		for _, answer := range []string{"", "421 bye"} {
			s := newSMTPServer(t)
			s.answer("QUIT", answer)
			assert.NoError(t, newMailer(t, s, quick).Send(ctx, notice()))
			assert.Len(t, s.inbox(), 1)
		}
	})
	t.Run("a context that is done ends it", func(t *testing.T) {
		s := newSMTPServer(t)
		s.answer("MAIL", "")
		stopped, stop := context.WithCancel(ctx)
		time.AfterFunc(50*time.Millisecond, stop)
		assert.ErrorIs(t, newMailer(t, s).Send(stopped, notice()), context.Canceled)
	})
}

// A service is an issuer that notifies, and an outbox before a mail server.
type service struct {
	t      testing.TB
	db     *memory.Store
	issuer *tokens.Issuer
	outbox *tokens.Outbox
	mu     sync.Mutex
	now    time.Time
	failed int
}

func newService(t testing.TB, m *mailer.Mailer) *service {
	v := &service{t: t, db: memory.New(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	clock := func() time.Time { v.mu.Lock(); defer v.mu.Unlock(); return v.now }
	require.NoError(t, v.db.CreateUsers(ctx, store.User{ID: "1", Name: "Aladdin", Email: "aladdin@agrabah.example", Scopes: []string{"read"}}))
	scopes, err := auth.NewCatalogue(auth.ScopeInfo{Name: "read", Words: "See things"})
	require.NoError(t, err)
	format, err := tokens.NewFormat("test_pat_")
	require.NoError(t, err)
	v.issuer, err = tokens.New(tokens.Config{Tokens: v.db, Users: v.db, Scopes: scopes, Developer: format, Notify: true, Clock: clock})
	require.NoError(t, err)
	v.outbox, err = tokens.NewOutbox(tokens.OutboxConfig{
		Events: v.db, Users: v.db, Sender: m, Clock: clock, OnError: func(context.Context, error) { v.failed++ },
	})
	require.NoError(t, err)
	return v
}

func (v *service) mint() tokens.Minted {
	v.t.Helper()
	minted, err := v.issuer.Mint(ctx, tokens.Request{Kind: store.DeveloperToken, Owner: "1", Description: "nightly import", Scopes: auth.Scopes{"read"}, Address: "192.0.2.7"})
	require.NoError(v.t, err)
	return minted
}

// deliver tries what is due, and lets an hour pass.
func (v *service) deliver() {
	v.t.Helper()
	require.NoError(v.t, v.outbox.Deliver(ctx))
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(2 * time.Hour)
}

func TestNothingIsLost(t *testing.T) {
	for _, row := range []struct{ name, verb, answer string }{
		{"slow", "MAIL", ""}, {"refusing for now", "RCPT", "451 later"}, {"refusing for good", "RCPT", "550 no"}, {"down", "CONNECT", "421 down"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSMTPServer(t)
			s.answer(row.verb, row.answer)
			v := newService(t, newMailer(t, s, quick))
			minted := v.mint() // returns at once: no mail server is asked
			assert.Zero(t, s.connections())
			v.deliver()
			v.deliver()
			assert.Empty(t, s.inbox())
			assert.Equal(t, 2, v.failed)
			s.usual()
			v.deliver()
			v.deliver()
			inbox := s.inbox()
			require.Len(t, inbox, 1, "once")
			_, parts := parse(t, inbox[0].data)
			assert.Contains(t, parts["text/plain"], "nightly import")
			assert.NotContains(t, inbox[0].data, minted.Secret[9:30])
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		gone, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, gone.Close())
		s := newSMTPServer(t)
		down := newMailer(t, s, func(cfg *mailer.Config) { cfg.Server = gone.Addr().String() })
		v := newService(t, down)
		v.mint()
		v.deliver()
		assert.Equal(t, 1, v.failed)
	})
}

func TestNewRefuses(t *testing.T) {
	good := mailer.Config{Server: "smtp.example:587", From: "a@b.example", Service: "Acme"}
	_, err := mailer.New(good)
	require.NoError(t, err)
	for name, change := range map[string]func(*mailer.Config){
		"no server":             func(cfg *mailer.Config) { cfg.Server = "" },
		"no port":               func(cfg *mailer.Config) { cfg.Server = "smtp.example" },
		"port 0":                func(cfg *mailer.Config) { cfg.Server = "smtp.example:0" },
		"no host":               func(cfg *mailer.Config) { cfg.Server = ":25" },
		"no sender":             func(cfg *mailer.Config) { cfg.From = "" },
		"a sender of two lines": func(cfg *mailer.Config) { cfg.From = "a@b.example\r\nBcc: c@d.example" },
		"no service":            func(cfg *mailer.Config) { cfg.Service = "" },
		"a service of two":      func(cfg *mailer.Config) { cfg.Service = "Acme\nBcc: x" },
		"a subject of two":      func(cfg *mailer.Config) { cfg.Subjects = map[string]string{"x": "a\nb"} },
		"a password alone":      func(cfg *mailer.Config) { cfg.Password = "x" },
		"a script as link":      func(cfg *mailer.Config) { cfg.Link = "javascript:alert(1)" },
		"a negative timeout":    func(cfg *mailer.Config) { cfg.Timeout = -1 },
	} {
		cfg := good
		change(&cfg)
		_, err := mailer.New(cfg)
		assert.Error(t, err, name)
	}
}
