package redisstore

import (
	_ "embed" // the scripts

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/history.lua
var history string

//go:embed scripts/claim.lua
var claimSource string

//go:embed scripts/count.lua
var countSource string

//go:embed scripts/touch.lua
var touchSource string

//go:embed scripts/vouch.lua
var vouchSource string

//go:embed scripts/add.lua
var addSource string

//go:embed scripts/recall.lua
var recallSource string

//go:embed scripts/cache.lua
var cacheSource string

// scripts are what the servers run. Each is atomic, and has all its keys in one slot.
type scripts struct{ claim, count, touch, vouch, add, recall, cache *redis.Script }

func newScripts() scripts {
	return scripts{
		claim: redis.NewScript(history + claimSource), count: redis.NewScript(history + countSource),
		touch: redis.NewScript(history + touchSource), vouch: redis.NewScript(history + vouchSource),
		add: redis.NewScript(addSource), recall: redis.NewScript(recallSource), cache: redis.NewScript(cacheSource),
	}
}
