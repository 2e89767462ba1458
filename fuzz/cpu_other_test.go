//go:build !unix

package fuzz

import "time"

func cpuTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
