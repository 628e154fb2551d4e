package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/seed-f67351ce/sesame/tokens"
)

// A Config describes a mailer. What is zero has the default that is named.
type Config struct {
	// Server is the SMTP server's host and port, such as "smtp.example:587". Required.
	Server string
	// Username and Password are for servers that ask for them; none by default. They are never sent in the clear, but to
	// a server on this machine.
	Username, Password string
	// From is the sender, with or without a name. Required.
	From string
	// Service is what the mails call the service. Required.
	Service string
	// Link is the page where people look after their tokens; empty for none.
	Link string
	// Subjects are the host's own, by the event's type, in the place of this package's or beside them.
	Subjects map[string]string
	// Hello is the name that the client greets with: the machine's.
	Hello string
	// TLS is for servers whose certificate needs more than the system's roots: by default those, and TLS 1.2 at least.
	TLS *tls.Config
	// InsecureAllowClear sends mails in the clear where the server offers no STARTTLS.
	InsecureAllowClear bool
	// Timeout bounds one sending, besides its context: 30 s.
	Timeout time.Duration
}

// A Mailer is a tokens.Sender that sends mail. It is safe for concurrent use.
type Mailer struct {
	cfg  Config
	host string
	port int
	from *mail.Address
}

// New checks cfg and builds the mailer. It connects to nothing.
func New(cfg Config) (*Mailer, error) {
	host, portText, err := net.SplitHostPort(cfg.Server)
	port, portErr := strconv.ParseUint(portText, 10, 16)
	if err != nil || portErr != nil || host == "" || port == 0 {
		return nil, fmt.Errorf("mailer: Server %q is no host:port", cfg.Server)
	}
	from, err := mail.ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("mailer: From: %w", err)
	}
	if (cfg.Username == "") != (cfg.Password == "") || cfg.Timeout < 0 {
		return nil, errors.New("mailer: Username and Password come together, and Timeout is not negative")
	}
	if err := checkWords(cfg); err != nil {
		return nil, err
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	return &Mailer{cfg: cfg.withTLS(host), host: host, port: int(port), from: from}, nil
}

// checkWords refuses words that cannot stand in a header or a link that is none.
func checkWords(cfg Config) error {
	if cfg.Service == "" || strings.ContainsFunc(cfg.Service, unicode.IsControl) {
		return errors.New("mailer: Service is empty or has control characters")
	}
	for kind, subject := range cfg.Subjects {
		if subject == "" || strings.ContainsFunc(subject, unicode.IsControl) {
			return fmt.Errorf("mailer: the subject of %q is empty or has control characters", kind)
		}
	}
	if cfg.Link != "" && !strings.HasPrefix(cfg.Link, "https://") && !strings.HasPrefix(cfg.Link, "http://") {
		return errors.New("mailer: Link is no web address")
	}
	return nil
}

// withTLS returns cfg with a TLS configuration of its own for host.
func (cfg Config) withTLS(host string) Config {
	if cfg.TLS == nil {
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	cfg.TLS = cfg.TLS.Clone()
	if cfg.TLS.ServerName == "" {
		cfg.TLS.ServerName = host
	}
	return cfg
}

// ErrAddress says that an account's address is no mail address.
var ErrAddress = errors.New("mailer: the account has no usable mail address")

// Send implements [tokens.Sender]. It returns when the server has taken the mail or ctx is done, whatever the server does.
func (m *Mailer) Send(ctx context.Context, n tokens.Notice) error {
	message, err := m.message(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.cfg.Timeout)
	defer cancel()
	var line connection
	defer line.close()
	client, err := m.client(ctx, &line)
	if err != nil {
		return fmt.Errorf("mailer: %w", err)
	}
	dialogue, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return m.failure(ctx, err)
	}
	if err := client.SendWithSMTPClient(dialogue, message); err != nil {
		return m.failure(ctx, err)
	}
	_ = dialogue.Quit() // the server has the mail: whatever it says now, it is not to be sent again
	return nil
}

// failure is err, or that the time was up where that is what broke the connection.
func (m *Mailer) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("mailer: %s did not take the mail in time: %w", m.cfg.Server, ctx.Err())
	}
	return fmt.Errorf("mailer: %w", err)
}

// client prepares one sending over line.
func (m *Mailer) client(ctx context.Context, line *connection) (*gomail.Client, error) {
	policy := gomail.TLSMandatory
	if m.cfg.InsecureAllowClear {
		policy = gomail.TLSOpportunistic
	}
	options := []gomail.Option{
		gomail.WithPort(m.port), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(m.cfg.TLS),
		gomail.WithTimeout(2 * m.cfg.Timeout), // the context ends it before
		gomail.WithDialContextFunc(func(_ context.Context, network, address string) (net.Conn, error) {
			return line.open(ctx, network, address)
		}),
	}
	if m.cfg.Hello != "" {
		options = append(options, gomail.WithHELO(m.cfg.Hello))
	}
	if m.cfg.Username != "" {
		options = append(options, gomail.WithUsername(m.cfg.Username), gomail.WithPassword(m.cfg.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(m.host, options...)
}

// A connection is closed when the sending is over or its context done: the library's own deadline moves with each answer.
type connection struct {
	conn net.Conn
	stop func() bool
}

func (c *connection) open(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.conn, c.stop = conn, context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, nil
}

func (c *connection) close() {
	if c.conn != nil {
		c.stop()
		_ = c.conn.Close()
	}
}
