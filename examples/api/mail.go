package main

import (
	"cmp"
	"context"
	"log/slog"
	"net/url"

	"github.com/seed-f67351ce/sesame/tokens"
	"github.com/seed-f67351ce/sesame/tokens/mailer"
)

// sender sends mails by the SMTP server that the flags name, and writes them to the log where they name none.
func (a *api) sender() (tokens.Sender, error) {
	if a.smtp == "" {
		return logSender{a.log}, nil
	}
	base, err := url.Parse(a.base)
	if err != nil {
		return nil, err
	}
	return mailer.New(mailer.Config{
		Server: a.smtp, From: cmp.Or(a.mailFrom, "no-reply@"+base.Hostname()), Service: realm, Link: a.base + "/portal/",
		InsecureAllowClear: isLoopback(a.smtp), // nobody else can listen there
	})
}

// A logSender writes the mails that it should send to the log. No notice holds a secret.
type logSender struct{ log *slog.Logger }

// Send implements [tokens.Sender].
func (s logSender) Send(ctx context.Context, n tokens.Notice) error {
	details := make([]any, 0, len(n.Event.Details))
	for name, value := range n.Event.Details {
		details = append(details, slog.String(name, value))
	}
	s.log.InfoContext(ctx, "mail", "to", n.User.Email, "about", n.Event.Type, "from", n.Event.Address, slog.Group("details", details...))
	return nil
}
