package flux

import (
	"maps"
	"strings"
	"text/template/parse"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateMessageTemplate checks the template of a commit message: that it parses,
// and that its data has the fields it names.
//
// Upstream: templateMsg in internal/source of image-automation-controller, which
// fails at the first commit.
func validateMessageTemplate(path *field.Path, text string) field.ErrorList {
	trees, err := parse.Parse("message", text, "", "", templateFunctions)
	if err != nil {
		return field.ErrorList{validate.NotPrinted(path, "must be a Go template: "+strings.TrimPrefix(err.Error(), "template: "))}
	}
	walk := templateWalk{path: path, trees: trees}
	for _, name := range sortedKeys(trees) {
		var data *shape // of a template that another one calls, nothing is known
		if name == "message" {
			data = messageData
		}
		walk.list(trees[name].Root, templateScope{dot: data, variables: map[string]*shape{"$": data}})
	}
	return walk.errs
}

// A templateScope has the known shapes at a place in a template. A nil shape is
// unknown.
type templateScope struct {
	dot       *shape
	variables map[string]*shape
}

// A templateWalk visits the nodes of a template.
type templateWalk struct {
	path  *field.Path
	trees map[string]*parse.Tree
	errs  field.ErrorList
}

func (w *templateWalk) list(list *parse.ListNode, scope templateScope) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.ActionNode:
			w.declare(node.Pipe, scope)
		case *parse.TemplateNode:
			w.pipe(node.Pipe, scope)
			if w.trees[node.Name] == nil {
				w.fault("calls the template " + node.Name + ", which it does not define")
			}
		case *parse.IfNode:
			w.branch(&node.BranchNode, scope)
		case *parse.RangeNode:
			w.branch(&node.BranchNode, scope)
		case *parse.WithNode:
			w.branch(&node.BranchNode, scope)
		}
	}
}

// branch visits a node that ends with {{end}}. Its variables end there too.
func (w *templateWalk) branch(node *parse.BranchNode, scope templateScope) {
	inside := templateScope{dot: scope.dot, variables: maps.Clone(scope.variables)}
	value := w.declare(node.Pipe, inside)
	switch node.NodeType {
	case parse.NodeWith:
		inside.dot = value
	case parse.NodeRange:
		inside.dot = value.elements()
		names := node.Pipe.Decl
		if len(names) > 0 {
			inside.variables[names[len(names)-1].Ident[0]] = value.elements()
		}
		if len(names) > 1 {
			inside.variables[names[0].Ident[0]] = value.keys()
		}
	}
	w.list(node.List, inside)
	w.list(node.ElseList, templateScope{dot: scope.dot, variables: maps.Clone(scope.variables)})
}

// declare visits a pipeline, and gives its value to the variables before it.
func (w *templateWalk) declare(pipe *parse.PipeNode, scope templateScope) *shape {
	value := w.pipe(pipe, scope)
	for _, name := range pipe.Decl {
		scope.variables[name.Ident[0]] = value
	}
	return value
}

// pipe returns the value of a pipeline, unless it is that of a function.
func (w *templateWalk) pipe(pipe *parse.PipeNode, scope templateScope) *shape {
	if pipe == nil {
		return nil
	}
	var value *shape
	for _, command := range pipe.Cmds {
		for _, arg := range command.Args {
			value = w.value(arg, scope)
		}
		if len(command.Args) > 1 || len(pipe.Cmds) > 1 {
			value = nil
		}
	}
	return value
}

func (w *templateWalk) value(node parse.Node, scope templateScope) *shape {
	switch node := node.(type) {
	case *parse.PipeNode:
		return w.pipe(node, scope)
	case *parse.ChainNode:
		return w.fields(w.value(node.Node, scope), node.Field)
	case *parse.DotNode:
		return scope.dot
	case *parse.FieldNode:
		return w.fields(scope.dot, node.Ident)
	case *parse.VariableNode:
		return w.fields(scope.variables[node.Ident[0]], node.Ident[1:])
	}
	return nil
}

// fields returns the field of a value that the names lead to.
func (w *templateWalk) fields(value *shape, names []string) *shape {
	for _, name := range names {
		if value == nil {
			return nil
		}
		field, ok := value.field(name)
		if !ok {
			w.fault(value.lacks(name))
		}
		value = field
	}
	return value
}

func (w *templateWalk) fault(detail string) {
	w.errs = append(w.errs, validate.NotPrinted(w.path, detail))
}

// templateFunctions are the functions of a template: those of text/template and
// the hermetic ones of sprig 3.3.0, which would be too heavy for their names alone.
var templateFunctions = func() map[string]any {
	functions := map[string]any{}
	for name := range strings.FieldsSeq(functionNames) {
		functions[name] = true
	}
	return functions
}()

const functionNames = `
	and call html index slice js len not or print printf println urlquery eq ge gt le lt ne
	abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec b64enc base
	bcrypt biggest buildCustomCert camelcase cat ceil chunk clean coalesce compact concat contains decryptAES
	deepCopy deepEqual default derivePassword dict dig dir div divf duration durationRound empty encryptAES ext
	fail first float64 floor fromJson genCA genCAWithKey genPrivateKey genSelfSignedCert genSelfSignedCertWithKey
	genSignedCert genSignedCertWithKey get has hasKey hasPrefix hasSuffix hello htpasswd indent initial initials
	int int64 isAbs join kebabcase keys kindIs kindOf last list lower max maxf merge mergeOverwrite min minf mod
	mul mulf mustAppend mustChunk mustCompact mustDateModify mustDeepCopy mustFirst mustFromJson mustHas
	mustInitial mustLast mustMerge mustMergeOverwrite mustPrepend mustPush mustRegexFind mustRegexFindAll
	mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral mustRegexSplit mustRest mustReverse mustSlice
	mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq mustWithout must_date_modify nindent nospace
	omit osBase osClean osDir osExt osIsAbs pick pluck plural prepend push quote randInt regexFind regexFindAll
	regexMatch regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace rest reverse round
	semver semverCompare seq set sha1sum sha256sum sha512sum shuffle slice snakecase sortAlpha split splitList
	splitn squote sub subf substr swapcase ternary title toDate toDecimal toJson toPrettyJson toRawJson toString
	toStrings trim trimAll trimPrefix trimSuffix trimall trunc tuple typeIs typeIsLike typeOf uniq unixEpoch unset
	until untilStep untitle upper urlJoin urlParse values without wrap wrapWith
`
