// CQL from a file to ELM: node translate.mjs LIBRARY.cql LIBRARY.json. Ends with status 1 if there is an error.
import {
  CqlTranslator, LibraryManager, ModelManager, createModelInfoProvider, createUcumService, stringAsSource,
} from "@cqframework/cql/cql-to-elm";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const FHIR = createRequire(import.meta.url).resolve("cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml");
const SYSTEM = fileURLToPath(new URL("system-modelinfo.xml", import.meta.url)); // npm has the translator without it
const MODELS = { System: SYSTEM, FHIR };
const [source, target] = process.argv.slice(2);

const models = new ModelManager(undefined, true);
models.modelInfoLoader.registerModelInfoProvider(
  createModelInfoProvider((name) => (MODELS[name] ? stringAsSource(readFileSync(MODELS[name], "utf8")) : null)),
);
const units = createUcumService((value) => value, () => null, (a) => a, (a) => a);
const libraries = new LibraryManager(models, undefined, undefined, units);
const elm = JSON.parse(CqlTranslator.fromText(readFileSync(source, "utf8"), libraries).toJson());
const wrong = (elm.library.annotation ?? []).filter((each) => each.errorSeverity === "error");
for (const each of wrong) console.error(`${source}:${each.startLine}:${each.startChar}: ${each.message}`);
if (wrong.length) process.exit(1);
delete elm.library.annotation;
writeFileSync(target, JSON.stringify(elm));
