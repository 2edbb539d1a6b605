"""The directive `public_header`: all that a C++ header declares, in its order, through Breathe.

Breathe's own doxygenfile repeats the namespaces of every header and shows private members.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

KINDS = {
    "define": "doxygendefine",
    "enum": "doxygenenum",
    "function": "doxygenfunction",
    "typedef": "doxygentypedef",
    "variable": "doxygenvariable",
}


def headers(xml: Path) -> dict[str, Path]:
    """Path of a header, as it is included, to Doxygen's file about it."""
    found = {}
    for file in sorted([*xml.glob("*_8hpp.xml"), *xml.glob("*_8h.xml")]):
        found[ET.parse(file).find("compounddef/location").attrib["file"]] = file
    return found


def text_of(element: ET.Element) -> str:
    return "".join(element.itertext())


def namespace_members(xml: Path) -> list[ET.Element]:
    """What all headers put into namespaces. Doxygen lists it with the namespace, not with the header."""
    spaces = (ET.parse(file).find("compounddef") for file in sorted(xml.glob("namespace*.xml")))
    return [member for space in spaces for member in space.iterfind("sectiondef/memberdef") if member.attrib["kind"] in KINDS]


def declarations(xml: Path, header: Path) -> list[str]:
    """Breathe directives for the types, functions, enums, aliases and constants of a header, sorted by line."""
    lines: list[tuple[int, str]] = []
    root = ET.parse(header).find("compounddef")
    path = root.find("location").attrib["file"]
    compounds = [ET.parse(xml / f"{inner.attrib['refid']}.xml").find("compounddef") for inner in root.iterfind("innerclass")]
    names = {compound.findtext("compoundname") for compound in compounds}
    for compound in compounds:
        name = compound.findtext("compoundname")
        if name.rpartition("::")[0] in names:
            continue  # a nested type stands with the one around it
        line = int(compound.find("location").attrib["line"])
        lines.append((line, f"```{{doxygen{compound.attrib['kind']}}} {name}\n:members:\n:undoc-members:\n```"))
    members = namespace_members(xml)
    if path.endswith(".h"):  # C has no namespaces
        members = [member for member in root.iterfind("sectiondef/memberdef") if member.attrib["kind"] in KINDS]
    overloads = Counter(member.findtext("qualifiedname") for member in members)
    for member in members:
        if member.find("location").attrib["file"] != path:
            continue
        name = member.findtext("qualifiedname") or member.findtext("name")
        if "<" in name:
            continue  # a specialisation does what its template promises
        if overloads[name] > 1:  # Breathe needs the types of the parameters only then, and does not read them all
            name += f"({', '.join(text_of(p.find('type')) for p in member.iterfind('param'))})"
        line = int(member.find("location").attrib["line"])
        lines.append((line, f"```{{{KINDS[member.attrib['kind']]}}} {name}\n```"))
    return [text for _, text in sorted(lines)]


class PublicHeader(SphinxDirective):
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        path = self.arguments[0]
        xml = Path(self.config.breathe_projects[self.config.breathe_default_project])
        known = headers(xml)
        if path not in known:
            raise self.error(f"no public header is {path}")
        self.env.note_dependency(str(known[path]))
        self.env.metadata[self.env.docname].setdefault("public_headers", []).append(path)
        text = "\n\n".join(declarations(xml, known[path]))
        content = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), path), self.content_offset, content)
        return content.children


def demand_every_header(app, env) -> None:
    """Warns of a public header that no page shows. Headers that only include others declare nothing and need no page."""
    xml = Path(app.config.breathe_projects[app.config.breathe_default_project])
    shown = {path for metadata in env.metadata.values() for path in metadata.get("public_headers", [])}
    for path, file in headers(xml).items():
        if path not in shown and declarations(xml, file):
            logging.getLogger(__name__).warning("%s is on no page; add it to a page of docs/api", path)


def setup(app):
    app.add_directive("public_header", PublicHeader)
    app.connect("env-check-consistency", demand_every_header)
    return {"parallel_read_safe": True}
