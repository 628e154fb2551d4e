package storetest

import (
	"time"

	"reflect"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

const ruleAbsence = "What does not exist is ErrNotFound, with a zero record; a list of nothing is empty without an error."

// absenceChecks are one for each method that can be asked about what is not there.
func absenceChecks() []Check {
	var checks []Check
	for _, m := range missing() {
		checks = append(checks, Check{m.method + " says that there is none", ruleAbsence, m.needs, in(m.test)})
	}
	return checks
}

// An absence is a call of a method for what is not there; it returns the record or the list, if the method has one.
type absence struct {
	method string
	needs  Capability
	call   func(w *world) (record any, err error)
}

func (m absence) test(w *world) {
	record, err := m.call(w)
	list := reflect.ValueOf(record)
	if record != nil && list.Kind() == reflect.Slice {
		assert.NoError(w, err)
		assert.Zero(w, list.Len(), "a list of nothing")
		return
	}
	assert.ErrorIs(w, err, store.ErrNotFound)
	if record != nil {
		assert.Zero(w, record, "the record beside ErrNotFound")
	}
}

func missing() []absence {
	return append(missingReads(), missingWrites()...)
}

func missingReads() []absence {
	return []absence{
		{"UserByName", Users, func(w *world) (any, error) { return w.Users.UserByName(w.ctx, "nobody") }},
		{"UserByID", Users, func(w *world) (any, error) { return w.Users.UserByID(w.ctx, "nobody") }},
		{"UserByHash", UserHashes, func(w *world) (any, error) {
			return w.UserHashes.UserByHash(w.ctx, "SHA-256", "realm", userHash("SHA-256", "nobody", "realm"))
		}},
		{"Client", Clients, func(w *world) (any, error) { return w.Clients.Client(w.ctx, "none") }},
		{"ClientsByOwner", Clients, func(w *world) (any, error) { return w.Clients.ClientsByOwner(w.ctx, "nobody") }},
		{"Grant", Grants, func(w *world) (any, error) { return w.Grants.Grant(w.ctx, "none") }},
		{"Grants", Grants, func(w *world) (any, error) {
			return w.Grants.Grants(w.ctx, store.GrantFilter{User: "nobody"}, 10)
		}},
		{"LookUpToken", Tokens, func(w *world) (any, error) { return w.Tokens.LookUpToken(w.ctx, store.DigestOf("none")) }},
		{"ListTokens", Tokens, func(w *world) (any, error) {
			return w.Tokens.ListTokens(w.ctx, store.TokenFilter{User: "nobody"}, "", 10)
		}},
		{"Handle", Handles, func(w *world) (any, error) { return w.Handles.Handle(w.ctx, store.DigestOf("none")) }},
		{"Events", Events, func(w *world) (any, error) { return w.Events.Events(w.ctx, store.EventFilter{}, 10) }},
	}
}

func missingWrites() []absence {
	return []absence{
		{"ReplacePassword", Passwords, func(w *world) (any, error) {
			return nil, w.Passwords.ReplacePassword(w.ctx, "nobody", "", store.Password{Hash: "new"})
		}},
		{"UpdateUser", UserWriter, func(w *world) (any, error) {
			return nil, w.UserWriter.UpdateUser(w.ctx, store.User{ID: "nobody", Name: "nobody"})
		}},
		{"DeleteUser", UserWriter, func(w *world) (any, error) { return nil, w.UserWriter.DeleteUser(w.ctx, "nobody") }},
		{"PutClient", Clients, func(w *world) (any, error) {
			return nil, w.Clients.PutClient(w.ctx, store.Client{ID: "none", Version: 1})
		}},
		{"DeleteClient", Clients, func(w *world) (any, error) { return nil, w.Clients.DeleteClient(w.ctx, "none") }},
		{"RotateToken", Tokens, func(w *world) (any, error) {
			next := []store.Token{w.token(store.Token{ID: "next"})}
			return nil, w.Tokens.RotateToken(w.ctx, store.DigestOf("none"), w.now.Add(time.Hour), next)
		}},
		{"AdvanceHandle", Handles, func(w *world) (any, error) {
			return nil, w.Handles.AdvanceHandle(w.ctx, w.handle("none", store.Handle{}))
		}},
		{"MarkDelivery", Events, func(w *world) (any, error) {
			return nil, w.Events.MarkDelivery(w.ctx, "none", store.Delivery{}, store.Delivery{State: store.DeliveryDone})
		}},
	}
}
