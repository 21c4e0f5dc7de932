package boundary

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"leakline/detectors"
)

// The picture: the plane of the AI platform on the left, that of application
// authentication on the right, programs with their credentials between them, and below
// in red what joins the planes. All measures are in pixels.
const (
	svgWidth   = 1100
	svgPlane   = 340 // width of a plane
	svgMargin  = 20
	svgRow     = 20
	svgTop     = 96
	svgMiddle  = 312 // width of a program
	svgMost    = 8   // uses of a plane, programs, credentials of a program
	svgCrosses = 12
)

var (
	svgColour = map[detectors.Layer]string{detectors.AIPlatform: "#1a5fb4", detectors.ApplicationAuth: "#26734d"}
	svgFill   = map[detectors.Layer]string{detectors.AIPlatform: "#eaf2fb", detectors.ApplicationAuth: "#e9f5ee"}
)

// SVG writes the map as a picture. The same map gives the same bytes.
func (m *Map) SVG(out io.Writer) error {
	d := &drawing{m: m, ends: map[string]point{}}
	left := d.plane(m.plane(detectors.AIPlatform), svgMargin)
	right := d.plane(m.plane(detectors.ApplicationAuth), svgWidth-svgMargin-svgPlane)
	middle := d.programs()
	below := max(left, right, middle) + 2*svgMargin
	planes := d.frames(below - svgMargin)
	height := d.crossings(below)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t d" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="13">`+"\n", svgWidth, height, svgWidth, height)
	fmt.Fprintf(&b, `<title id="t">%s</title>`+"\n", xmlText("The identity boundary of "+m.Target))
	fmt.Fprintf(&b, `<desc id="d">%s</desc>`+"\n", xmlText(apart+" "+m.answer()))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", svgWidth, height)
	b.WriteString(planes)
	b.Write(d.lines.Bytes()) // below what they join
	b.Write(d.shapes.Bytes())
	b.WriteString("</svg>\n")
	_, err := out.Write(b.Bytes())
	return err
}

type point struct{ x, y int }

// drawing is a picture in the making.
type drawing struct {
	m             *Map
	shapes, lines bytes.Buffer
	ends          map[string]point // where lines to a use end, by layer and name
}

func (d *drawing) text(x, y int, style, s string) {
	fmt.Fprintf(&d.shapes, `<text x="%d" y="%d"%s>%s</text>`+"\n", x, y, style, xmlText(s))
}

// short writes text of at most n letters; the whole is shown to whoever points at it.
func (d *drawing) short(x, y, n int, style, s string) {
	s = tidy(s)
	if c := clipped(s, n); c != s {
		fmt.Fprintf(&d.shapes, `<text x="%d" y="%d"%s><title>%s</title>%s</text>`+"\n", x, y, style, xmlText(s), xmlText(c))
		return
	}
	d.text(x, y, style, s)
}

func (d *drawing) box(x, y, w, h int, fill, stroke string) {
	fmt.Fprintf(&d.shapes, `<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="%s"/>`+"\n", x, y, w, h, fill, stroke)
}

// frames are the grounds of both planes down to a line, and the head of the picture.
func (d *drawing) frames(bottom int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<text x="%d" y="34" font-size="20" font-weight="600">%s</text>`+"\n", svgMargin, xmlText(clipped("The identity boundary of "+tidy(d.m.Target), 80)))
	colour, weight := "#26734d", "400"
	if len(d.m.crosses()) > 0 {
		colour, weight = "#c62828", "600"
	}
	fmt.Fprintf(&b, `<text x="%d" y="56" fill="#444444">%s</text>`+"\n", svgMargin, xmlText(apart))
	fmt.Fprintf(&b, `<text x="%d" y="76" fill="%s" font-weight="%s">%s</text>`+"\n", svgMargin, colour, weight, xmlText(d.m.answer()))
	for _, p := range []struct {
		l detectors.Layer
		x int
	}{{detectors.AIPlatform, svgMargin}, {detectors.ApplicationAuth, svgWidth - svgMargin - svgPlane}} {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="10" fill="%s" stroke="%s"/>`+"\n", p.x, svgTop, svgPlane, bottom-svgTop, svgFill[p.l], svgColour[p.l])
	}
	return b.String()
}

// plane draws what stands in a plane and gives the height at which it ends.
func (d *drawing) plane(p *Plane, x int) int {
	if p == nil {
		return svgTop
	}
	y := svgTop + 28
	in := x + 16
	colour := svgColour[p.Layer]
	d.text(in, y, ` font-size="16" font-weight="600" fill="`+colour+`"`, title(p.Layer))
	port := x + svgPlane
	if p.Layer == detectors.ApplicationAuth {
		port = x
	}
	d.ends[string(p.Layer)] = point{port, y - 5}
	for _, l := range wrapped(p.Question, 46) {
		y += 18
		d.text(in, y, ` fill="#444444"`, l)
	}
	y += 8
	for _, f := range [][2]string{{"Owner", cmp.Or(strings.Join(p.Owners, ", "), nobody)}, {"Directory", cmp.Or(p.Directory, notDeclared)}, {"Audit", cmp.Or(p.Audit, notDeclared)}} {
		y += svgRow
		d.text(in, y, ` fill="#666666"`, f[0])
		style := ""
		if f[1] == nobody || f[1] == notDeclared {
			style = ` fill="#8a4b00"`
		}
		d.short(in+72, y, 32, style, f[1])
	}
	y += 14
	for i, u := range p.Uses {
		if i == svgMost {
			y += svgRow
			d.text(in, y-4, ` fill="#666666"`, fmt.Sprintf("and %d more in use", len(p.Uses)-svgMost))
			y += 8
			break
		}
		d.box(in, y, svgPlane-32, 26, "#ffffff", colour)
		d.short(in+10, y+18, 36, ` font-weight="600"`, u.label())
		d.ends[string(p.Layer)+"/"+u.Name] = point{port + map[bool]int{true: 16, false: -16}[port == x], y + 13}
		y += 34
	}
	y += 14
	d.text(in, y, ` font-weight="600"`, "Controls: "+map[detectors.Layer]string{detectors.AIPlatform: mayPlatform, detectors.ApplicationAuth: mayProduct}[p.Layer])
	for _, c := range p.Controls {
		y += svgRow
		sign, colour := "?", "#8a4b00"
		switch {
		case off(c.Says) && c.Standing == Declared, c.Standing == ReadFrom && c.Read() == Off:
			sign = "–"
		case c.Standing == ReadFrom && c.Read() == Partly:
			sign = "~"
		case c.Standing == Shown || c.Standing == ReadFrom:
			sign, colour = "✓", "#26734d"
		case c.Standing == Declared:
			sign, colour = "“", "#1a5fb4"
		case c.Standing == NotRead:
			sign, colour = "·", "#666666"
		}
		d.text(in+2, y, ` font-weight="700" fill="`+colour+`"`, sign)
		d.short(in+20, y, 18, "", c.Name)
		says := c.stands()
		switch {
		case c.Standing == Shown && len(c.Shown) > 0:
			says = nearest(best(c.Shown).place(), 24)
		case c.Standing == ReadFrom:
			if says = c.Read() + ", says " + tidy(c.Readings[0].Title); len(c.Readings) > 1 {
				says = fmt.Sprintf("%s, of %d providers", c.Read(), len(c.Readings))
			}
		}
		d.short(in+150, y, 24, ` font-size="12" fill="`+colour+`"`, says)
	}
	return y + 16
}

// programs draws the programs with their credentials, and gives the height at which
// they end.
func (d *drawing) programs() int {
	x := (svgWidth - svgMiddle) / 2
	y := svgTop
	type program struct {
		name  string
		edges []Edge
	}
	var all []program
	for _, e := range d.m.Edges {
		if e.Crosses {
			continue
		}
		if n := len(all); n == 0 || all[n-1].name != e.From {
			all = append(all, program{name: e.From})
		}
		all[len(all)-1].edges = append(all[len(all)-1].edges, e)
	}
	if len(all) == 0 {
		d.box(x, y, svgMiddle, 52, "#fafafa", "#888888")
		d.short(x+14, y+22, 38, ` font-weight="600"`, d.m.Target)
		d.text(x+14, y+41, ` fill="#666666"`, "no credential of either door was seen")
		return y + 52
	}
	for i, p := range all {
		if i == svgMost {
			d.text(x+14, y+16, ` fill="#666666"`, fmt.Sprintf("and %d more programs", len(all)-svgMost))
			return y + 30
		}
		rows := min(len(p.edges), svgMost)
		h := 34 + rows*24
		if len(p.edges) > svgMost {
			h += svgRow
		}
		d.box(x, y, svgMiddle, h, "#fafafa", "#888888")
		d.short(x+14, y+22, 38, ` font-weight="600"`, d.m.programName(p.name))
		for r, e := range p.edges[:rows] {
			d.credential(&e, x, y+34+r*24+10)
		}
		if len(p.edges) > svgMost {
			d.text(x+14, y+h-8, ` fill="#666666"`, fmt.Sprintf("and %d more", len(p.edges)-svgMost))
		}
		y += h + svgMargin
	}
	return y
}

// credential draws one credential of a program at a height, and the line from it to
// what it opens.
func (d *drawing) credential(e *Edge, x, y int) {
	l := d.m.layerOf(e)
	colour := cmp.Or(svgColour[l], "#666666")
	to, ok := d.ends[string(l)+"/"+e.To]
	if !ok {
		to, ok = d.ends[string(l)]
	}
	from, anchor, at := point{x, y}, "", x+14
	if l == detectors.ApplicationAuth {
		from.x, anchor, at = x+svgMiddle, ` text-anchor="end"`, x+svgMiddle-14
	}
	d.short(at, y+4, 36, anchor+` font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="12" fill="`+colour+`"`, e.By)
	if ok {
		fmt.Fprintf(&d.shapes, `<circle cx="%d" cy="%d" r="4" fill="%s"/>`+"\n", from.x, from.y, colour)
		half := (from.x + to.x) / 2
		fmt.Fprintf(&d.lines, `<path d="M%d %d C%d %d %d %d %d %d" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", from.x, from.y, half, from.y, half, to.y, to.x, to.y, colour)
	}
}

// crossings draws what joins the planes below them, and gives the picture's height.
func (d *drawing) crossings(y int) int {
	x := d.m.crosses()
	const red = "#c62828"
	if len(x) == 0 {
		d.text(svgMargin, y+14, ` fill="#26734d"`, d.m.answer())
		return d.legend(y + 40)
	}
	d.text(svgMargin, y+14, ` font-size="16" font-weight="600" fill="`+red+`"`, "What crosses")
	y += 28
	for i, e := range x {
		if i == svgCrosses {
			d.text(svgMargin, y+14, ` fill="#666666"`, fmt.Sprintf("and %d more", len(x)-svgCrosses))
			y += 28
			break
		}
		d.box(svgMargin, y, svgWidth-2*svgMargin, 46, "#ffebee", red)
		for _, side := range []int{svgMargin + svgPlane/2, svgWidth - svgMargin - svgPlane/2} {
			if i == 0 { // both planes hang together by these
				fmt.Fprintf(&d.lines, `<path d="M%d %d V%d" stroke="%s" stroke-width="3"/>`+"\n", side, y-48, y, red)
			}
		}
		d.short(svgMargin+14, y+19, 125, ` font-weight="600" fill="#7f0000"`, e.says())
		d.short(svgMargin+14, y+37, 140, ` font-size="12" fill="#7f0000"`, e.At.place()+"  ("+e.Rule+")")
		y += 56
	}
	return d.legend(y + 10)
}

// legend says what the signs mean.
func (d *drawing) legend(y int) int {
	x := svgMargin
	for _, s := range []struct {
		sign, colour, text string
		width              int
	}{
		{"✓", "#26734d", "a line or its provider says so", 200},
		{"~", "#8a4b00", "in part", 75},
		{"–", "#8a4b00", "off", 50},
		{"“", "#1a5fb4", "somebody declares it", 165},
		{"?", "#8a4b00", "no line shows it: ask its owner", 220},
		{"·", "#666666", "not looked: no file can show it", 220},
	} {
		d.text(x, y, ` font-weight="700" fill="`+s.colour+`"`, s.sign)
		d.text(x+16, y, ` font-size="12" fill="#444444"`, s.text)
		x += s.width
	}
	return y + svgMargin
}

// wrapped is a text in lines of at most n letters.
func wrapped(s string, n int) []string {
	var out []string
	l := ""
	for f := range strings.FieldsSeq(tidy(s)) {
		switch {
		case l == "":
			l = f
		case len(l)+1+len(f) > n:
			out, l = append(out, l), f
		default:
			l += " " + f
		}
	}
	return append(out, l)
}

// xmlText is text within an element. Characters that XML 1.0 forbids are escapes
// already (see tidy).
func xmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(strings.ToValidUTF8(tidy(s), "\ufffd"))
}
