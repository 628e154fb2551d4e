package mailer_test

import (
	"fmt"
	"log"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
	"github.com/seed-f67351ce/sesame/tokens/mailer"
)

// What the owner of a new token reads.
func ExampleMailer_Compose() {
	m, err := mailer.New(mailer.Config{
		Server: "smtp.example:587", From: "no-reply@acme.example", Service: "Acme", Link: "https://acme.example/tokens",
	})
	if err != nil {
		log.Fatal(err)
	}
	content, err := m.Compose(tokens.Notice{
		User: store.User{Name: "Aladdin", Email: "aladdin@agrabah.example"},
		Event: store.Event{
			Type: tokens.EventCreated, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Address: "192.0.2.7",
			Details: map[string]string{
				tokens.DetailKind: "developer token", tokens.DetailDescription: "nightly import", tokens.DetailScopes: "products:read",
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Subject:", content.Subject)
	fmt.Println(content.Text)
	// Output:
	// Subject: Acme: New developer token for your account
	// Hello Aladdin,
	//
	// New developer token for your account (Acme).
	//
	// Description: nightly import
	// Scopes: products:read
	// Time: 2 January 2026, 03:04:05 UTC
	// Address: 192.0.2.7
	//
	// If this was not you, take it back and change your password.
	// https://acme.example/tokens
}
