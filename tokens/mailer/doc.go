// Package mailer sends the notices of a tokens.Outbox by SMTP: what happened to a token or an app, with its description,
// scopes, time and address, as plain text and HTML, and never a secret.
//
//	m, err := mailer.New(mailer.Config{Server: "smtp.example:587", From: "Acme <no-reply@acme.example>", Service: "Acme"})
//	outbox, err := tokens.NewOutbox(tokens.OutboxConfig{Events: db, Users: db, Sender: m})
//	go outbox.Run(ctx)
//
// STARTTLS (RFC 3207) is required and the server's certificate is checked. Each mail has a connection of its own, which
// is gone when [Mailer.Send] returns. The outbox keeps what could not be sent.
//
// Nothing of an event reaches a header but its type, by a table: a subject is one of the mailer's or the host's own.
package mailer
