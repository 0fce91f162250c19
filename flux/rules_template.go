package flux

import (
	"slices"
	"strings"
	"text/template/parse"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateMessageTemplate checks the template of a commit message: that it parses,
// and that its data has the fields it names.
//
// Upstream: templateMsg in internal/source of image-automation-controller, which
// fails at the first commit.
func validateMessageTemplate(path *field.Path, text string) field.ErrorList {
	trees, err := parse.Parse("message", text, "", "", templateFunctions)
	if err != nil {
		return field.ErrorList{notPrinted(path, "must be a Go template: "+strings.TrimPrefix(err.Error(), "template: "))}
	}
	walk := templateWalk{path: path}
	walk.list(trees["message"].Root, true)
	return walk.errs
}

// messageFields are the fields and methods of the data, and of those of its fields
// that are structs.
//
// Upstream: source.TemplateData and update.Result of image-automation-controller.
var messageFields = map[string][]string{
	"AutomationObject": {"Namespace", "Name", "String"},
	"Changed":          {"FileChanges", "Objects", "Changes"},
	"Values":           nil,
}

// A templateWalk visits the nodes of a template. The
// parameter root says that the dot is the template's data, as it is outside of range
// and with.
type templateWalk struct {
	path *field.Path
	errs field.ErrorList
}

func (w *templateWalk) list(list *parse.ListNode, root bool) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		w.node(node, root)
	}
}

func (w *templateWalk) node(node parse.Node, root bool) {
	switch node := node.(type) {
	case *parse.ActionNode:
		w.pipe(node.Pipe, root)
	case *parse.TemplateNode:
		w.pipe(node.Pipe, root)
	case *parse.IfNode:
		w.branch(&node.BranchNode, root, root)
	case *parse.RangeNode:
		w.branch(&node.BranchNode, root, false)
	case *parse.WithNode:
		w.branch(&node.BranchNode, root, false)
	case *parse.PipeNode:
		w.pipe(node, root)
	case *parse.ChainNode:
		w.node(node.Node, root)
	case *parse.FieldNode:
		if root {
			w.field(node.Ident)
		}
	case *parse.VariableNode:
		if node.Ident[0] == "$" && len(node.Ident) > 1 {
			w.field(node.Ident[1:])
		}
	}
}

// branch visits a node that ends with {{end}}; the dot inside it may be another.
func (w *templateWalk) branch(node *parse.BranchNode, root, inside bool) {
	w.pipe(node.Pipe, root)
	w.list(node.List, inside)
	w.list(node.ElseList, root)
}

func (w *templateWalk) pipe(pipe *parse.PipeNode, root bool) {
	if pipe == nil {
		return
	}
	for _, command := range pipe.Cmds {
		for _, arg := range command.Args {
			w.node(arg, root)
		}
	}
}

// field checks the names of a field of the template's data.
func (w *templateWalk) field(names []string) {
	known, ok := messageFields[names[0]]
	switch {
	case names[0] == "Updated":
		w.fault(".Updated is gone: use .Changed")
	case !ok:
		w.fault("has no ." + names[0] + ", only ." + strings.Join(sortedKeys(messageFields), ", ."))
	case known == nil || len(names) == 1 || slices.Contains(known, names[1]):
	case names[1] == "ImageResult":
		w.fault(".Changed.ImageResult is gone: use .Changed.FileChanges or .Changed.Objects")
	default:
		w.fault("." + names[0] + " has no ." + names[1] + ", only ." + strings.Join(known, ", ."))
	}
}

func (w *templateWalk) fault(detail string) {
	w.errs = append(w.errs, notPrinted(w.path, detail))
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
