package keytest

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Python returns a python3 that has the modules: Debian's own first, for
// apt-get installs modules there and the PATH may lead to another one.
func Python(t testing.TB, modules ...string) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if works(t, python, "-c", "import "+strings.Join(modules, ", ")) {
			return python
		}
	}
	Missing(t, "a python3 with %s is missing: install python3-%s", strings.Join(modules, " and "), strings.Join(modules, " python3-"))
	return ""
}

// Node returns a node, after a look whether the package from npm is in .tools
// at the root of the module, which is where the test has to run.
func Node(t testing.TB, module string) string {
	t.Helper()
	node := Tool(t, "node")
	if !works(t, node, "-e", "require('module').createRequire(process.cwd()+'/.tools/')('"+module+"')") {
		Missing(t, "%s from npm is missing: install it with make tools", module)
	}
	return node
}

func works(t testing.TB, name string, args ...string) bool {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, name, args...).Run() == nil
}
