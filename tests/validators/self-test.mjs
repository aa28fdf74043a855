// Resources broken on purpose. Each validator must find what it is here for, and none may fault the unbroken Bundle.

const URN = "urn:uuid:00000000-0000-4000-8000-00000000000";
const REQUEST = (url) => ({ method: "POST", url });
const NARRATIVE = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div>' };

const SOUND = {
  resourceType: "Bundle",
  type: "transaction",
  entry: [
    {
      fullUrl: `${URN}1`,
      resource: {
        resourceType: "CarePlan",
        text: NARRATIVE,
        status: "active",
        intent: "proposal",
        subject: { reference: "Patient/1" },
        period: { start: "2026-01-01", end: "2026-02-01" },
        goal: [{ reference: `${URN}2` }],
        activity: [
          { reference: { reference: `${URN}3` } },
          { detail: { status: "not-started", description: "Exercise" } },
        ],
      },
      request: REQUEST("CarePlan"),
    },
    {
      fullUrl: `${URN}2`,
      resource: {
        resourceType: "Goal",
        text: NARRATIVE,
        lifecycleStatus: "proposed",
        description: { text: "Walks" },
        subject: { reference: "Patient/1" },
        startDate: "2026-01-01",
      },
      request: REQUEST("Goal"),
    },
    {
      fullUrl: `${URN}3`,
      resource: {
        resourceType: "ServiceRequest",
        text: NARRATIVE,
        status: "active",
        intent: "proposal",
        priority: "routine",
        code: { text: "MRI" },
        subject: { reference: "Patient/1" },
        reasonReference: [{ reference: "Condition/1" }],
      },
      request: REQUEST("ServiceRequest"),
    },
    {
      fullUrl: `${URN}4`,
      resource: {
        resourceType: "GuidanceResponse",
        text: NARRATIVE,
        contained: [{ resourceType: "Parameters", id: "out", parameter: [{ name: "n", valueCode: "c" }] }],
        moduleUri: "http://example.org/module",
        status: "success",
        outputParameters: { reference: "#out" },
        result: { reference: `${URN}1` },
        dataRequirement: [{ type: "Observation", codeFilter: [{ path: "code", code: [{ code: "c" }] }] }],
      },
      request: REQUEST("GuidanceResponse"),
    },
    {
      fullUrl: `${URN}5`,
      resource: {
        resourceType: "Provenance",
        text: NARRATIVE,
        target: [{ reference: `${URN}1` }],
        recorded: "2026-01-01T00:00:00Z",
        agent: [{ who: { display: "Guideline" } }],
        entity: [{ role: "source", what: { reference: "Observation/1" } }],
      },
      request: REQUEST("Provenance"),
    },
  ],
};

const [PLAN, GOAL, ORDER, RESPONSE, PROVENANCE] = [0, 1, 2, 3, 4];

// What is broken, in which entry, how, and who must find it.
const BROKEN = [
  ["a required element is missing", PLAN, (r) => delete r.subject, ["lantana", "medplum"]],
  ["a required choice is missing", RESPONSE, (r) => delete r.moduleUri, ["lantana", "medplum"]],
  ["a required element of a part is missing", PROVENANCE, (r) => delete r.agent[0].who, ["lantana", "medplum"]],
  ["an element that R4 lacks", ORDER, (r) => (r.subjectCanonical = "x"), ["lantana", "medplum", "invariants"]],
  ["one value where a list belongs", PLAN, (r) => (r.goal = r.goal[0]), ["medplum"]],
  ["a code outside a required binding", ORDER, (r) => (r.priority = "soon"), ["lantana"]],
  ["a code outside a required binding, in a part", PLAN, (r) => (r.activity[1].detail.status = "todo"), ["lantana"]],
  ["a code outside a required binding, of a goal", GOAL, (r) => (r.lifecycleStatus = "draft"), ["lantana"]],
  ["a string where a date belongs", GOAL, (r) => (r.startDate = "soon"), ["medplum"]],
  ["an instant without a time", PROVENANCE, (r) => (r.recorded = "2026-01-01"), ["medplum"]],
  ["a number where a string belongs", PLAN, (r) => (r.title = 3), ["medplum"]],
  ["an empty string", PLAN, (r) => (r.title = ""), ["json"]],
  ["an empty list", PLAN, (r) => (r.note = []), ["json"]],
  ["a null", PLAN, (r) => (r.title = null), ["medplum", "json"]],
  ["a reference to a type that is not allowed", ORDER, (r) => (r.reasonReference[0].reference = "Device/1"), ["medplum"]],
  ["a urn that is the wrong type", PLAN, (r) => (r.goal[0].reference = `${URN}3`), ["medplum"]],
  ["a urn that is not in the Bundle", PLAN, (r) => (r.goal[0].reference = `${URN}9`), ["links"]],
  ["cpl-3: detail and reference together", PLAN, both, ["medplum", "invariants"]],
  ["per-1: a period that ends before it starts", PLAN, (r) => (r.period.end = "2025-01-01"), ["invariants"]],
  ["prr-1: orderDetail without a code", ORDER, noCode, ["medplum", "invariants"]],
  ["drq-1: a filter by path and by searchParam", RESPONSE, (r) => filter(r).searchParam = "code", ["invariants"]],
  ["ref-1: a contained resource that is not there", RESPONSE, (r) => (r.outputParameters.reference = "#no"), ["invariants"]],
  ["dom-3: a contained resource that nothing refers to", RESPONSE, (r) => delete r.outputParameters, ["invariants"]],
  ["inv-1: a parameter with a value and parts", RESPONSE, parts, ["invariants"]],
  ["ele-1: an element that says nothing", ORDER, (r) => (r.code = {}), ["invariants"]],
  ["txt-1: a narrative that is not well-formed", PLAN, (r) => (r.text.div = r.text.div.replace("&amp;", "&")), ["invariants"]],
];

function both(plan) {
  plan.activity[0].detail = { status: "not-started" };
}

function noCode(order) {
  delete order.code;
  order.orderDetail = [{ text: "left" }];
}

function filter(response) {
  return response.dataRequirement[0].codeFilter[0];
}

function parts(response) {
  response.contained[0].parameter[0].part = [{ name: "p", valueCode: "c" }];
}

// What the validators failed to find, or found where nothing is.
export function selfTest(validate) {
  const missed = Object.entries(validate(SOUND)).flatMap(([validator, faults]) =>
    faults.map((fault) => `self-test: ${validator} faults a sound Bundle: ${fault}`),
  );
  for (const [name, entry, damage, finders] of BROKEN) {
    const bundle = structuredClone(SOUND);
    damage(bundle.entry[entry].resource);
    const found = validate(bundle);
    missed.push(...finders.filter((one) => !found[one].length).map((one) => `self-test: ${one} does not find: ${name}`));
  }
  const twice = structuredClone(SOUND);
  twice.entry.push(twice.entry[0]);
  if (!validate(twice).links.length) missed.push("self-test: links does not find: an entry given twice");
  console.log(`self-test: ${BROKEN.length + 1} broken Bundles, ${missed.length} missed`);
  return missed;
}
