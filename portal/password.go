package portal

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

//go:embed common-passwords.txt
var commonList string

// commonPasswords are those that nobody may choose. The list names its source and licence.
func commonPasswords() map[string]bool {
	common := make(map[string]bool, 5000)
	for line := range strings.Lines(commonList) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			common[word] = true
		}
	}
	return common
}

// A passwordPage is what password.html is given.
type passwordPage struct {
	Username  string
	MinLength int
	Problems  problems
}

func showPassword(v *visit) error { return v.showPassword(http.StatusOK, nil) }

func (v *visit) showPassword(status int, wrong problems) error {
	if v.Passwords == nil {
		return errNoPage()
	}
	return v.show(status, "password.html", "Change password", passwordPage{
		Username: v.User.Name, MinLength: v.Passwords.MinLength, Problems: wrong,
	})
}

// changePassword needs the old password, and ends the other sessions.
func changePassword(v *visit) error {
	if v.Passwords == nil {
		return errNoPage()
	}
	current, next := v.fields.Get("current_password"), v.fields.Get("new_password")
	problem, err := v.judge(next)
	if err != nil {
		return err
	}
	if problem != "" {
		return v.showPassword(http.StatusUnprocessableEntity, problems{"new_password": problem})
	}
	err = v.replacePassword(current, next)
	switch {
	case errors.Is(err, autherr.Unauthenticated):
		event := v.did(EventPasswordRefused, false)
		event.Outcome, event.Reason = "refused", autherr.From(err).Reason
		v.happened(event)
		return v.showPassword(http.StatusUnprocessableEntity, problems{"current_password": "This is not your current password."})
	case err != nil:
		return err
	}
	v.happened(v.did(EventPasswordChanged, true))
	if err := v.endOthers(); err != nil {
		return v.goTo(accountPath + "?changed=password-alone") // it was changed, whatever came after
	}
	return v.goTo(accountPath + "?changed=password")
}

// judge says why a new password is none, and nothing of its composition.
func (v *visit) judge(next string) (problem string, err error) {
	least := v.Passwords.MinLength
	switch {
	case utf8.RuneCountInString(next) < least:
		return "Use at least " + strconv.Itoa(least) + " characters.", nil
	case len(next) > password.MaxLength:
		return "Use at most " + strconv.Itoa(password.MaxLength) + " bytes.", nil
	case v.portal.common[strings.ToLower(next)]:
		return "This is one of the most common passwords, which are tried first. Choose another.", nil
	case strings.EqualFold(next, v.User.Name):
		return "This is your user name. Choose another.", nil
	case v.Passwords.Breached == nil:
		return "", nil
	}
	return v.askBreached(next)
}

// askBreached asks the host's corpus, within its time.
func (v *visit) askBreached(next string) (problem string, err error) {
	ctx, cancel := context.WithTimeout(v.r.Context(), v.Passwords.BreachTimeout)
	defer cancel()
	known, err := v.Passwords.Breached(ctx, next)
	switch {
	case err != nil && v.Passwords.AllowUnchecked:
		return "", nil
	case err != nil:
		return "", autherr.NewUnavailable(err)
	case known:
		return "This password is known from a breach elsewhere. Choose another.", nil
	}
	return "", nil
}

// replacePassword verifies the old password and stores the new one in its place. Where the old hash was replaced in
// between, by a better one of the same password as a rule, it tries once more.
func (v *visit) replacePassword(current, next string) (err error) {
	for range 2 {
		if err = v.tryPassword(current, next); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return autherr.NewUnavailable(err)
}

func (v *visit) tryPassword(current, next string) error {
	ctx := v.r.Context()
	user, err := v.portal.cfg.Passwords.Check(ctx, v.r, v.User.Name, current)
	if err != nil {
		return err
	}
	if user.ID != v.User.ID {
		return auth.Refuse("", "another_account")
	}
	kept, err := v.Passwords.New(ctx, user, next)
	if err != nil {
		return err
	}
	err = v.Passwords.Store.ReplacePassword(ctx, user.ID, user.Password.Hash, kept)
	if err != nil && !errors.Is(err, store.ErrConflict) {
		return autherr.NewUnavailable(err)
	}
	return err
}
