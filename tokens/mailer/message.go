package mailer

import (
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/seed-f67351ce/sesame/tokens"
)

// message puts n into an envelope.
func (m *Mailer) message(n tokens.Notice) (*gomail.Msg, error) {
	to, err := mail.ParseAddress(n.User.Email)
	if err != nil || to.Address != n.User.Email { // a name, a comment or a list beside it is none of ours
		return nil, ErrAddress
	}
	content, err := m.Compose(n)
	if err != nil {
		return nil, err
	}
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	message.FromMailAddress(m.from)
	message.ToMailAddress(to)
	message.Subject(content.Subject)
	message.SetDate()
	message.SetMessageIDWithValue(m.messageID(n)) // the same each time: a mail that came twice is one to most readers
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, content.Text)
	message.AddAlternativeString(gomail.TypeTextHTML, content.HTML)
	return message, nil
}

// messageID names the event at the sender's domain (RFC 5322 §3.6.4), with nothing but letters and digits of its ID.
func (m *Mailer) messageID(n tokens.Notice) string {
	id := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, n.Event.ID)
	return fmt.Sprintf("event.%s@%s", id, m.from.Address[strings.LastIndexByte(m.from.Address, '@')+1:])
}
