package web_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// screens are the sizes and schemes in which the page is looked at.
var screens = []struct {
	name   string
	width  int64
	scheme string
}{
	{"wide-light", 1280, "light"}, {"wide-dark", 1280, "dark"}, {"narrow-light", 360, "light"}, {"narrow-dark", 360, "dark"},
}

func (b *tab) screen(width int64, scheme string) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// shots leaves pictures of the page in web/shots, for people to look at. What a
// program can see in them it checks: names, contrast, nothing too wide. With
// UPDATE=1 one of them goes into docs/gallery.
func shots(t *testing.T, l *lab) {
	if err := os.MkdirAll("shots", 0o755); err != nil {
		t.Fatal(err)
	}
	b := l.open(t)
	for _, s := range screens {
		b.screen(s.width, s.scheme)
		for _, state := range []string{"start", "example-broken", "example-ppk", "refused"} {
			b.clear()
			switch {
			case strings.HasPrefix(state, "example"):
				b.run(chromedp.Click(`[data-example="` + state + `"]`))
				b.answered()
			case state == "refused":
				b.paste("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPf6OXPt5Q9HttiLtTHd1gwndA1 fred@office\n")
			}
			b.named(s.name + "-" + state)
			for what, script := range map[string]string{"contrast": contrast, "width": wide} {
				if wrong := eval[string](b, script); wrong != "" {
					t.Errorf("%s-%s: %s: %s", s.name, state, what, wrong)
				}
			}
			picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join("shots", s.name+"-"+state+".png"), picture, 0o644); err != nil {
				t.Fatal(err)
			}
			if os.Getenv("UPDATE") != "" && s.name == "wide-light" && state == "example-broken" {
				gallery(t, picture)
			}
		}
	}
	b.quiet()
}

// gallery keeps the upper part of the page's column for the README.
func gallery(t *testing.T, picture []byte) {
	page, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	column := image.Rect(220, 40, 1060, 1770)
	part := image.NewRGBA(column)
	draw.Draw(part, column, page, column.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, part); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "docs", "gallery", "page.png"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
