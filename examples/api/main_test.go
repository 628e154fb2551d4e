package main_test

import (
	"testing"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestMain(m *testing.M) { apitest.Main(m) }
