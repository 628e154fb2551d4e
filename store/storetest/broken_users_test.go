package storetest_test

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenUsers() map[string][]sabotage {
	return map[string][]sabotage{
		"UserByName finds an account by its name and not by its ID": {func(s everything) everything { return namesOrIDs{s} }},
		"UserByID finds an account by its ID and not by its name":   {func(s everything) everything { return namesOrIDs{s} }},
		"CreateUsers adds all or none":                              {func(s everything) everything { return createsOneByOne{s} }},
		"CreateUsers refuses two of one name at once":               {func(s everything) everything { return createsOneByOne{s} }},
		"CreateUsers refuses an ID that is taken":                   {shrugs("CreateUsers", store.ErrExists), func(s everything) everything { return createsOver{s} }},
		"CreateUsers refuses a name that is taken":                  {shrugs("CreateUsers", store.ErrExists)},
		"UpdateUser moves an account to a new name":                 {func(s everything) everything { return keepsNames{s} }},
		"UpdateUser refuses the name of another":                    {shrugs("UpdateUser", store.ErrExists)},
		"UpdateUser makes no account":                               {shrugs("UpdateUser", store.ErrNotFound), func(s everything) everything { return upsertsUsers{s} }},
		"DeleteUser frees the name":                                 {func(s everything) everything { return disablesUsers{s} }},
		"ReplacePassword changes the password alone":                {func(s everything) everything { return replacesAccounts{s} }},
		"ReplacePassword refuses where the hash is another":         {func(s everything) everything { return replacesAny{s} }},
		"ReplacePassword takes an empty hash as no password":        {func(s everything) everything { return replacesEmpty{s} }},
		"ReplacePassword may keep the hash":                         {func(s everything) everything { return wantsNewHash{s} }},
		"UserByHash finds an account by each of its HA1s":           {func(s everything) everything { return knowsSHA256{s} }},
		"UserByHash finds nobody by another algorithm, realm or spelling": {
			func(s everything) everything { return saboteur{everything: s, text: lowered} },
			func(s everything) everything { return anyAlgorithm{s} },
		},
		"UserByHash follows a new name":         {func(s everything) everything { return losesHashes{s} }},
		"UserByHash follows a new password":     {func(s everything) everything { return keepsHashes{s} }},
		"UserByHash forgets a deleted account":  {shrugs("UserByHash", store.ErrNotFound)},
		"LookUpToken never sees half an update": {func(s everything) everything { return updatesByHalves{s} }},
	}
}

type namesOrIDs struct{ everything }

func (s namesOrIDs) UserByName(ctx context.Context, name string) (store.User, error) {
	u, err := s.everything.UserByName(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return s.everything.UserByID(ctx, name)
	}
	return u, err
}

func (s namesOrIDs) UserByID(ctx context.Context, id string) (store.User, error) {
	u, err := s.everything.UserByID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return s.everything.UserByName(ctx, id)
	}
	return u, err
}

type createsOneByOne struct{ everything }

func (s createsOneByOne) CreateUsers(ctx context.Context, users ...store.User) error {
	for _, u := range users {
		if err := s.everything.CreateUsers(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

type createsOver struct{ everything }

func (s createsOver) CreateUsers(ctx context.Context, users ...store.User) error {
	if _, err := s.UserByID(ctx, users[0].ID); err == nil {
		s.UpdateUser(ctx, users[0])
		return store.ErrExists
	}
	return s.everything.CreateUsers(ctx, users...)
}

type keepsNames struct{ everything }

func (s keepsNames) UpdateUser(ctx context.Context, u store.User) error {
	old, err := s.UserByID(ctx, u.ID)
	if err != nil {
		return err
	}
	u.Name = old.Name
	return s.everything.UpdateUser(ctx, u)
}

type upsertsUsers struct{ everything }

func (s upsertsUsers) UpdateUser(ctx context.Context, u store.User) error {
	err := s.everything.UpdateUser(ctx, u)
	if errors.Is(err, store.ErrNotFound) {
		return s.CreateUsers(ctx, u)
	}
	return err
}

type disablesUsers struct{ everything }

func (s disablesUsers) DeleteUser(ctx context.Context, id string) error {
	u, err := s.UserByID(ctx, id)
	if err != nil {
		return err
	}
	u.State = store.Disabled
	return s.UpdateUser(ctx, u)
}

type replacesAccounts struct{ everything }

func (s replacesAccounts) ReplacePassword(ctx context.Context, id, oldHash string, next store.Password) error {
	u, err := s.UserByID(ctx, id)
	if err != nil {
		return err
	}
	return s.UpdateUser(ctx, store.User{ID: id, Name: u.Name, Password: next})
}

type replacesAny struct{ everything }

func (s replacesAny) ReplacePassword(ctx context.Context, id, _ string, next store.Password) error {
	u, err := s.UserByID(ctx, id)
	if err != nil {
		return err
	}
	return s.everything.ReplacePassword(ctx, id, u.Password.Hash, next)
}

type replacesEmpty struct{ everything }

func (s replacesEmpty) ReplacePassword(ctx context.Context, id, oldHash string, next store.Password) error {
	if oldHash == "" {
		return replacesAny(s).ReplacePassword(ctx, id, oldHash, next)
	}
	return s.everything.ReplacePassword(ctx, id, oldHash, next)
}

type wantsNewHash struct{ everything }

func (s wantsNewHash) ReplacePassword(ctx context.Context, id, oldHash string, next store.Password) error {
	if oldHash == next.Hash {
		return store.ErrConflict
	}
	return s.everything.ReplacePassword(ctx, id, oldHash, next)
}

type knowsSHA256 struct{ everything }

func (s knowsSHA256) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	if algorithm != "SHA-256" {
		return store.User{}, store.ErrNotFound
	}
	return s.everything.UserByHash(ctx, algorithm, realm, hash)
}

func lowered(_, _, text string) string { return strings.ToLower(text) }

type anyAlgorithm struct{ everything }

func (s anyAlgorithm) UserByHash(ctx context.Context, _, realm, hash string) (store.User, error) {
	return s.everything.UserByHash(ctx, "SHA-256", realm, hash)
}

type losesHashes struct{ everything }

func (s losesHashes) UpdateUser(ctx context.Context, u store.User) error {
	u.Password.HA1s = nil
	return s.everything.UpdateUser(ctx, u)
}

type keepsHashes struct{ everything }

func (s keepsHashes) ReplacePassword(ctx context.Context, id, oldHash string, next store.Password) error {
	u, err := s.UserByID(ctx, id)
	if err != nil {
		return err
	}
	next.HA1s = u.Password.HA1s
	return s.everything.ReplacePassword(ctx, id, oldHash, next)
}

type updatesByHalves struct{ everything }

func (s updatesByHalves) UpdateUser(ctx context.Context, u store.User) error {
	half, err := s.UserByID(ctx, u.ID)
	if err != nil {
		return err
	}
	half.Email = u.Email
	return errors.Join(s.everything.UpdateUser(ctx, half), pause(), s.everything.UpdateUser(ctx, u))
}
