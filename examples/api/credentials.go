package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// credentials are what clients of the demo need to know: what -credentials writes, and reads again.
type credentials struct {
	BaseURL         string                       `json:"base_url"`
	Users           map[string]userCredentials   `json:"users"`
	Clients         map[string]clientCredentials `json:"clients"`
	APIKeys         map[string]string            `json:"api_keys"`
	DeveloperTokens map[string]tokenCredentials  `json:"developer_tokens"`
}

type userCredentials struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

type clientCredentials struct {
	ClientKey     string   `json:"client_key"`
	ClientSecret  string   `json:"client_secret,omitempty"`
	PrivateKeyPEM string   `json:"private_key_pem,omitempty"` // PKCS #8
	Owner         string   `json:"owner"`
	RedirectURIs  []string `json:"redirect_uris"`
	Scopes        []string `json:"scopes"`
}

type tokenCredentials struct {
	Token  string   `json:"token"`
	Owner  string   `json:"owner,omitempty"` // where it is not the account of the same name
	Scopes []string `json:"scopes"`
}

// noCredentials is what is known before anything is.
func noCredentials(base string) credentials {
	return credentials{
		BaseURL: base, Users: map[string]userCredentials{}, Clients: map[string]clientCredentials{},
		APIKeys: map[string]string{}, DeveloperTokens: map[string]tokenCredentials{},
	}
}

// A credentialsFile is where the credentials are kept; empty for nowhere.
type credentialsFile string

// read returns what is in the file, and false where there is none.
func (f credentialsFile) read() (c credentials, found bool, err error) {
	c = noCredentials("")
	if f == "" {
		return c, false, nil
	}
	text, err := readRegular(string(f))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c, false, nil
	case err != nil:
		return c, false, fmt.Errorf("credentials: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, false, fmt.Errorf("credentials: %s holds something else than credentials: %w", f, err)
	}
	return c, true, nil
}

// write puts c into the file as a whole, with mode 0600.
func (f credentialsFile) write(c credentials) error {
	if f == "" {
		return nil
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(c); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	if err := replaceFile(string(f), text.Bytes()); err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	return nil
}

// readRegular reads a regular file: what is none, such as /dev/stdout, must not be replaced later.
func readRegular(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	return os.ReadFile(path)
}

// newFile writes a file with mode 0600 beside path, and returns its name.
func newFile(path string, text []byte) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			_ = os.Remove(file.Name()) // what went wrong before says more
		}
	}()
	if _, err := file.Write(text); err != nil {
		return "", err
	}
	return file.Name(), file.Sync()
}

// replaceFile puts text into the place of the file at path: whoever reads it sees the old or the new one as a whole.
func replaceFile(path string, text []byte) error {
	name, err := newFile(path, text)
	if err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
