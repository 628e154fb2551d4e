package main

import "github.com/seed-f67351ce/sesame/store/seal"

// openKeys opens the key ring, and makes it where there is none. A store in memory has one that ends with it.
func (o options) openKeys() (*seal.Ring, error) {
	switch {
	case o.keys != "":
		return seal.CreateFile(o.keys)
	case o.store.file != "":
		return seal.CreateFile(o.store.file + ".keys")
	}
	return seal.New(seal.NewKey())
}
