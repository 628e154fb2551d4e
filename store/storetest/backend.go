package storetest

import (
	"context"
	"reflect"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// A Backend is what one store can do. A nil member is a capability that it does not have: the checks that need it are
// skipped, and what it would keep counts as kept elsewhere.
type Backend struct {
	Users      store.Users
	Passwords  store.Passwords
	UserWriter store.UserWriter
	UserHashes store.UserHashes
	Clients    store.Clients
	Grants     store.Grants
	Tokens     store.Tokens
	TokenUses  store.TokenUses
	Handles    store.Handles
	Once       store.Once
	Counters   store.Counters
	Events     store.Events
	Sweeper    store.Sweeper
	// Seed adds accounts, for a store that has Users and no UserWriter; nil otherwise.
	Seed func(ctx context.Context, users ...store.User) error
}

// A Capability is a set of members of Backend.
type Capability uint16

// The capabilities, in the order of Backend's members. Accounts is there where accounts can be made and read: Users
// with UserWriter or Seed.
const (
	Users Capability = 1 << iota
	Passwords
	UserWriter
	UserHashes
	Clients
	Grants
	Tokens
	TokenUses
	Handles
	Once
	Counters
	Events
	Sweeper
	Accounts
)

// Has is the set of b's capabilities.
func (b Backend) Has() Capability {
	var has Capability
	members := reflect.ValueOf(b)
	for i := range members.NumField() {
		if !members.Field(i).IsNil() {
			has |= 1 << i
		}
	}
	if has&Users != 0 && has&(UserWriter|Accounts) != 0 {
		return has | Accounts
	}
	return has &^ Accounts
}

// String names the capabilities in c.
func (c Capability) String() string {
	var names []string
	members := reflect.TypeFor[Backend]()
	for i := range members.NumField() {
		if c&(1<<i) != 0 {
			names = append(names, members.Field(i).Name)
		}
	}
	return strings.Join(names, ", ")
}
