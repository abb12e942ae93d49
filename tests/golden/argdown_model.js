// Parses an Argdown file with Argdown's own parser and prints what it understood as JSON. Usage: node argdown_model.js MODULES FILE
const { createRequire } = require("module");
const fs = require("fs");
const core = createRequire(`${process.argv[2]}/`)("@argdown/core");

const app = new core.ArgdownApplication();
app.addPlugin(new core.ParserPlugin(), "parse-input");
app.addPlugin(new core.DataPlugin(), "build-model");
app.addPlugin(new core.ModelPlugin(), "build-model");
const found = app.run({ process: ["parse-input", "build-model"], input: fs.readFileSync(process.argv[3], "utf8"), throwExceptions: true });
const list = (items) => Object.values(items || {});
console.log(JSON.stringify({
  errors: [...(found.lexerErrors || []), ...(found.parserErrors || [])].map((error) => error.message),
  frontMatter: found.frontMatter,
  statements: Object.fromEntries(list(found.statements).map((item) => [item.title, item.canonicalMember?.text ?? item.members?.map((member) => member.text).join("")])),
  arguments: Object.fromEntries(list(found.arguments).map((item) => [item.title, { text: item.members.map((member) => member.text || "").join("").trim(), data: item.data, tags: item.tags }])),
  relations: (found.relations || []).map((relation) => [relation.from.title, relation.relationType, relation.to.title]),
}));
