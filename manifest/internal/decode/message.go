package decode

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

var (
	syntaxLine  = regexp.MustCompile(`^line (\d+): `)
	parserError = regexp.MustCompile(`did not find expected (<|node content|key|'-'|',')`)
	alreadySet  = regexp.MustCompile(`^key (.*) already set in map$`)

	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax finds the line that a message of the YAML library is about. Its
// scanner counts lines from one, its parser from zero, and other parts of it
// give none. Messages that quote text are put into other words: the text may
// be a password that begins with an asterisk.
func (d *Document) syntax(msg string) Problem {
	line := 0
	if m := syntaxLine.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
		line += d.start - 1
		if parserError.MatchString(msg) {
			line++
		}
	} else if n, ok := badByte(d.text); ok {
		line = d.start + n
	}
	if m := alreadySet.FindStringSubmatch(msg); m != nil {
		msg = fmt.Sprintf("duplicate key %s", m[1])
	}
	if m := unknownAnchor.FindStringSubmatch(msg); m != nil {
		return Problem{d.lineOfAlias(m[1]), errors.New("an alias without its anchor: text that begins with * needs quotes")}
	}
	for _, known := range messages {
		if strings.HasPrefix(msg, known.begin) {
			msg, line = known.msg, known.line(d)
		}
	}
	return Problem{line, errors.New(msg)}
}

// messages are those of the library that have no line of their own or a wrong
// one, or that may quote a secret.
var messages = []struct {
	begin, msg string
	line       func(*Document) int
}{
	{"invalid map key", "a mapping or list as a key: text that begins with { or [ needs quotes", (*Document).lineOfComplexKey},
	{"anchor '", "an anchor that holds an alias of itself", (*Document).lineOfCycle},
	{"document contains excessive aliasing", "the document is too long once its aliases are expanded", (*Document).lineOfAnyAlias},
	{"cannot decode", "a value that is not what its tag says", (*Document).lineOfWrongTag},
	{"found incompatible YAML document", "a version of YAML other than 1", func(d *Document) int { return d.lineWith("%YAML") }},
}

func (d *Document) lineOfComplexKey() int {
	return d.lineWhere(func(n *yaml3.Node, _ []*yaml3.Node, key bool) bool {
		return key && resolved(n).Kind != yaml3.ScalarNode
	})
}

func (d *Document) lineOfCycle() int {
	return d.lineWhere(func(n *yaml3.Node, around []*yaml3.Node, _ bool) bool {
		return n.Kind == yaml3.AliasNode && slices.Contains(around, n.Alias)
	})
}

func (d *Document) lineOfAnyAlias() int {
	return d.lineWhere(func(n *yaml3.Node, _ []*yaml3.Node, _ bool) bool { return n.Kind == yaml3.AliasNode })
}

func (d *Document) lineOfWrongTag() int {
	return d.lineWhere(func(n *yaml3.Node, _ []*yaml3.Node, _ bool) bool {
		if n.Kind != yaml3.ScalarNode || n.Style&yaml3.TaggedStyle == 0 {
			return false
		}
		var v any
		text := fmt.Appendf(nil, "%s %q", n.ShortTag(), n.Value)
		return yaml.Unmarshal(text, &v) != nil
	})
}

// lineOfDepth returns the line of the first mapping or list that is too deep.
func (d *Document) lineOfDepth() int {
	return d.lineWhere(func(n *yaml3.Node, around []*yaml3.Node, _ bool) bool {
		return n.Kind != yaml3.ScalarNode && len(around) > fieldpath.MaxDepth
	})
}

func resolved(n *yaml3.Node) *yaml3.Node {
	if n.Kind == yaml3.AliasNode {
		return n.Alias
	}
	return n
}

// lineOfAlias returns the first line that holds an alias, or what looks like
// one, of an anchor that is not there.
func (d *Document) lineOfAlias(anchor string) int {
	alias := regexp.MustCompile(`(?m)^(?:[^#\n]*[\s,\[{:-])?\*` + regexp.QuoteMeta(anchor) + `(?:[\s,\]}:]|$)`)
	if at := alias.FindIndex(d.text); at != nil {
		return d.start + bytes.Count(d.text[:at[1]-1], []byte("\n"))
	}
	return 0
}

// lineWith returns the first line of the stream in the document that holds the
// text given, or zero.
func (d *Document) lineWith(text string) int {
	i := bytes.Index(d.text, []byte(text))
	if i < 0 {
		return 0
	}
	return d.start + bytes.Count(d.text[:i], []byte("\n"))
}

// badByte returns the number of lines before the first byte that YAML text
// cannot hold.
func badByte(text []byte) (lines int, ok bool) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' ||
			r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff {
			return bytes.Count(text[:i], []byte("\n")), true
		}
		i += size
	}
	return 0, false
}
