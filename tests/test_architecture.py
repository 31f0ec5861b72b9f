"""The house keeps its shape: which app may import which, which layer which, and how large a thing may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MAY_IMPORT = {
    "core": set(),
    "accounts": {"core"},
    "documents": {"core", "accounts"},
    "controls": {"core", "accounts", "documents"},
    "declarations": {"core", "accounts", "documents", "controls"},
    "registrations": {"core", "accounts", "documents", "controls", "declarations"},
    "audits": {"core", "accounts", "documents", "controls", "declarations", "registrations"},
    "incidents": {"core", "accounts", "documents", "controls", "declarations", "registrations"},
    "desks": {
        "core", "accounts", "documents", "controls", "declarations", "registrations", "audits", "incidents",
    },
    "demo": {
        "core", "accounts", "documents", "controls", "declarations", "registrations", "audits", "incidents",
    },
}  # fmt: skip

# A module imports from its own layer or a lower one.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"enums", "workflow", "validators", "querysets", "tasks", "converters", "limits"}),
    frozenset({"models"}),
    # Policies, reads, and the pure rules of an app.
    frozenset({
        "policies", "selectors", "rules", "facts", "preflight", "snapshot", "periods", "validity",
        "completeness", "entries", "as_of", "disclosure", "particulars", "catalogue_file", "difference",
        "parameter_file", "parameter_values", "standing", "uploads", "archives", "structure", "assets_only",
        "blobs", "fonts", "pdf", "sandbox", "registry", "typesetting", "review_map", "coverage", "photos",
        "lineage", "shipped_lineage", "workbook_reader", "text_rows", "carry", "workbook",
        "planning", "sampling", "independence",
    }),
    frozenset({
        "services", "documents", "notifications", "checks", "housekeeping", "workbook_imports",
    }),
    frozenset({"forms", "filters"}),
    frozenset({
        "views", "answers", "admin", "adapters", "context", "templatetags", "demo", "workbook_pages",
    }),
    frozenset({"urls", "urls_public", "apps", "management"}),
)  # fmt: skip
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}

# Inside the large app the parts have one direction too: each may import what stands to its right.
REGISTRATION_PARTS = ("decision", "inquiry", "register", "application", "clearance")

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 60, 200
LATE_IMPORT_REASONS = ("task is a leaf", "slow import", "app ready")


def modules() -> Iterator[Path]:
    """Every Python file of the apps, without migrations."""
    for app in MAY_IMPORT:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def place(path: Path) -> tuple[str, str, str]:
    """App, layer name and part of a module: registrations/services/register.py → registrations, services, register."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else ""


def layered(path: Path) -> bool:
    """Modules that the layers are about: those of the apps with rules, below their first level."""
    app, layer, _part = place(path)
    return app not in ("core", "demo") and layer != "__init__"


MODULES = {path: ast.parse(path.read_text()) for path in modules()}


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """The full names that a module imports, at its top or inside a function."""
    for node in ast.walk(MODULES[path]):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node


def test_an_app_imports_only_what_stands_below_it():
    wrong = [
        f"{path} imports {name}"
        for path in MODULES
        for name, _node in imports(path)
        if (other := name.split(".")[0]) in MAY_IMPORT
        and other != (app := place(path)[0])
        and other not in MAY_IMPORT[app]
    ]
    assert not wrong


def test_every_module_has_a_layer():
    unknown = [path for path in MODULES if layered(path) and place(path)[1] not in LAYER_OF]
    assert not unknown, "name them in LAYERS"


def test_a_module_imports_its_own_layer_or_a_lower_one():
    wrong = []
    for path in filter(layered, MODULES):
        app, layer, _part = place(path)
        for name, node in imports(path):
            parts = name.split(".")
            upward = parts[0] == app and LAYER_OF.get(parts[1], 0) > LAYER_OF.get(layer, 0)
            if upward and node.col_offset == 0:
                wrong.append(f"{path} imports {name}")
    assert not wrong


def test_parts_of_registrations_have_one_direction():
    wrong = []
    for path in MODULES:
        app, layer, part = place(path)
        if (app, layer) != ("registrations", "services") or part not in REGISTRATION_PARTS:
            continue
        right = REGISTRATION_PARTS[REGISTRATION_PARTS.index(part) :]
        for name, _node in imports(path):
            parts = name.split(".")
            if (
                parts[:2] == [app, layer]
                and parts[2] in REGISTRATION_PARTS
                and parts[2] not in right
            ):
                wrong.append(f"{path} imports {name}")
    assert not wrong


def test_no_import_is_relative():
    relative = [
        path
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_an_import_inside_a_function_says_why():
    silent = [
        f"{path}:{node.lineno}"
        for path in MODULES
        for _name, node in imports(path)
        if node.col_offset
        and path.read_text().splitlines()[node.lineno - 1].partition("noqa: PLC0415 -- ")[2]
        not in LATE_IMPORT_REASONS
    ]
    assert not silent


def test_files_stay_small():
    files = [
        *MODULES,
        ROOT / "run",
        *(ROOT / "devstack").glob("*.py"),
        *(ROOT / "tests").rglob("*.py"),
    ]
    long = [path for path in files if len(path.read_text().splitlines()) > FILE_LINES]
    assert not long


def test_functions_stay_small():
    long = [
        f"{path}: {node.name}"
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    assert not long


def test_templates_stay_small():
    long = [
        path
        for path in (ROOT / "templates").rglob("*.html")
        if len(path.read_text().splitlines()) > TEMPLATE_LINES
    ]
    assert not long
