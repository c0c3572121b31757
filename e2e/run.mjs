// Browser tests of the app: starts it on a free port, with a store of its own, and walks through it as a visitor does.
// Use: node e2e/run.mjs [python]. Screenshots of every page go to e2e/screenshots.

import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..');
const python = process.argv[2] ?? join(root, '.venv/bin/python');
const only = process.argv[3];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = join(here, 'screenshots');
const store = mkdtempSync(join(tmpdir(), 'doorstroom-'));
const env = { ...process.env, DOORSTROOM_STORE: store, PYTHONPATH: root };
// Every process of the app writes down which names and machines it asks for.
const outgoing = join(store, 'outgoing');
const watched = { PYTHONPATH: [join(root, 'tests/install/watched'), root].join(delimiter), OUTGOING: outgoing };
const asked = (code) => execFileSync(python, ['-c', code], { cwd: root, env, encoding: 'utf8' });
// What the parts look at stands in the store, as in tests/app; what a part computes itself does not.
asked(`
import sys
sys.path.insert(0, ${JSON.stringify(join(root, 'tests/app'))})
from conftest import seed_store
from experiments.scenario.ready import helping, load_scenario
from experiments.service.first_scenarios import FIRST_COMPARED
from experiments.service.store import store_folder
for settings in ([], ["share_cap=0.08"]):
    seed_store(store_folder(), load_scenario("prop-2021").with_settings(settings))
for name in ("eerst-bouwen", "regionale-pool", *FIRST_COMPARED):
    seed_store(store_folder(), load_scenario(name), 2)
for scenario in helping():
    seed_store(store_folder(), scenario, 1)
`);
// The words of the pages in the link, as the app knows them; the start page has none.
const links = asked('from app_pages import pages; print(*(page.link for page in pages()))');
const PAGES = ['', ...links.trim().split(' ').slice(1)];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
const PATIENCE = Number(process.env.PATIENCE ?? 60_000);

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const app = spawn(
  python,
  ['-m', 'cli', 'app', '--port', String(port), '--no-browser'],
  { cwd: store, env: { ...env, ...watched }, stdio: ['ignore', 'ignore', 'inherit'] },
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
mkdirSync(shots, { recursive: true });

const failures = [];
const outside = new Set();
const where = new AsyncLocalStorage(); // where a part is, for its failures: parts may run beside each other

function expect(truth, words) {
  if (!truth) {
    const { name } = where.getStore();
    failures.push(`${name}: ${words}`);
    console.log(`  FOUT ${name}: ${words}`);
  }
}

/** A time that must stay within a bar, in ms: told always, held against the bar with BARS=1. */
function within(time, most, words) {
  console.log(`  ${words}: ${time} ms (bar ${most} ms)`);
  if (process.env.BARS === '1') expect(time <= most, `${words} took ${time} ms, more than ${most} ms`);
}

async function visitor({ scheme = 'light', width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({
    colorScheme: scheme, viewport: { width, height }, acceptDownloads: true, locale: 'nl-NL',
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(data|blob):/.test(url) && !/^(http|ws):\/\/127\.0\.0\.1[:/]/.test(url)) outside.add(url);
  });
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith('ws://127.0.0.1')) outside.add(socket.url());
  });
  return page;
}

async function open(page, path) {
  await page.goto(`${base}/${path}`);
  await settled(page);
}

/** Until the page stands: a title, and no script run under way. */
async function settled(page) {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => document.querySelector('[data-test-script-state="notRunning"]'));
  await page.waitForTimeout(150);
}

async function filled(page, count = 50) {
  await page.waitForFunction(
    (n) => [...document.querySelectorAll('[data-testid="stCaptionContainer"]')].some((e) => e.textContent.includes(`n = ${n}`)),
    count,
  );
  await page.waitForSelector('.vega-embed canvas, .vega-embed svg');
  await settled(page);
}

/** Until a page shows its figures. */
async function complete(page, path) {
  if (['doorrekenen', 'vergelijken', 'gemeenten'].includes(path)) await filled(page);
  else if (!['uitspraken', 'cijfers', 'voorspeld'].includes(path)) await page.waitForSelector('.vega-embed canvas, .vega-embed svg');
  await settled(page);
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), RULES);
  return found.violations.map((one) => `${one.id}: ${one.nodes.length}x ${one.nodes[0].html.slice(0, 160)}`);
}

const bullets = (page) => page.locator('.st-key-settings li');
const number = (page, label) => page.getByRole('textbox', { name: label });

async function openHolder(page, name) {
  const title = page.locator('[data-testid="stSidebar"] summary p', { hasText: new RegExp(`^${name}( ·|$)`) });
  await title.click();
  await settled(page);
}

/** Until a key of the link has a value. */
async function linked(page, key, value) {
  await page.waitForFunction(([name, wanted]) => new URLSearchParams(location.search).get(name) === wanted, [key, value]);
}

async function tabTo(page, fits, most = 200) {
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(fits)) return true;
  }
  return false;
}

async function part(name, work) {
  if (only && !only.split('|').some((words) => name.includes(words))) return;
  const begin = Date.now();
  console.log(name);
  await where.run({ name }, async () => {
    try {
      await work();
    } catch (error) {
      expect(false, String(error.message).split('\n').slice(0, 3).join(' '));
    }
  });
  console.log(`  ${name}: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
}

try {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(`${base}/_stcore/health`).then((answer) => answer.ok, () => false)) break;
    await new Promise((done) => setTimeout(done, 200));
  }

  await part('ready scenario: first picture', async () => {
    // From the start page, and from a page without pictures, where the drawing library was not needed yet.
    for (const from of ['', 'uitspraken']) {
      const page = await visitor();
      await page.addInitScript(() => {
        document.addEventListener('click', () => (window.clickedAt = performance.now()), true);
        new MutationObserver(() => {
          const picture = [...document.querySelectorAll('h3')].some(
            (e) => /mensen in de opvang/.test(e.textContent) && e.closest('.stVerticalBlock').querySelector('.vega-embed svg.marks'),
          );
          if (picture && document.querySelector('h1')?.textContent === 'Doorrekenen') window.seenAt ??= performance.now();
        }).observe(document, { subtree: true, childList: true });
      });
      await open(page, from);
      await page.waitForTimeout(1000);
      await page.getByRole('link', { name: 'Doorrekenen' }).click();
      await page.waitForFunction(() => window.seenAt);
      const took = await page.evaluate(() => Math.round(window.seenAt - window.clickedAt));
      within(took, 1000, `first picture, coming from ${from || 'prop'}`);
      await filled(page);
      await page.context().close();
    }
  });

  await part('main task with the keyboard', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen');
    await filled(page);
    expect(
      await tabTo(page, () => document.activeElement.querySelector('p')?.textContent === 'Gemeenten'),
      'the levers of the municipalities cannot be reached with Tab',
    );
    await page.keyboard.press('Enter');
    expect(
      await tabTo(page, () => document.activeElement.getAttribute('aria-label')?.startsWith('Hoogste aandeel woningen')),
      'the field cannot be reached with Tab',
    );
    await page.keyboard.type('0,09');
    await page.keyboard.press('Tab');
    await linked(page, 'share_cap', '0,09');
    expect(
      await tabTo(page, () => document.activeElement.textContent.trim() === 'Reken door', 400),
      'the button cannot be reached with Tab',
    );
    const begin = Date.now();
    await page.keyboard.press('Enter');
    await page.getByText(/n = (10|20|30|40|50);/).first().waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('h3')].some((e) => e.textContent.includes('uitgangssituatie')));
    within(Date.now() - begin, 3000, 'first band');
    await filled(page);
    within(Date.now() - begin, 10_000, '50 replications');
    expect((await bullets(page).count()) === 1, 'the page does not name the one lever that differs');
    await page.context().close();
  });

  // Each text, typed with the keyboard only, gives the run that the command line makes of it.
  for (const [lever, label, holder, typed] of [
    ['places_added', 'Extra reguliere opvangplekken', 'COA', '6.000'],
    ['share_cap', 'Hoogste aandeel woningen', 'Gemeenten', '8%'],
    ['share_cap', 'Hoogste aandeel woningen', 'Gemeenten', '0,08'],
  ]) {
    await part(`typed ${lever} ${typed}`, async () => {
      const until = '2019-04-01';
      const page = await visitor();
      await open(page, `doorrekenen?eind=${until}`);
      await tabTo(page, `document.activeElement.querySelector('p')?.textContent === '${holder}'`);
      await page.keyboard.press('Enter');
      expect(
        await tabTo(page, `document.activeElement.getAttribute('aria-label')?.startsWith('${label}')`),
        'the field cannot be reached with Tab',
      );
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
      await linked(page, lever, typed);
      await tabTo(page, "document.activeElement.textContent.trim() === 'Reken door'", 400);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.st-key-settings li');
      await filled(page);
      const told = await bullets(page).allTextContents();
      expect(told.length === 1, `the page names ${told.length} levers: ${told}`);
      expect((lever === 'places_added' ? /: 6\.000/ : /: 8\s?%/).test(told[0]), `typed ${typed}, told ${told[0]}`);
      expect((await page.locator('[data-testid="stSidebar"] [data-testid="stAlert"]').count()) === 0, 'a right text is refused');
      const setting = `${lever}=${typed}`;
      const same = asked(`
import json, subprocess, sys
from statistics import fmean
from experiments.scenario.ready import load_scenario
from experiments.service.keys import job_key
from experiments.service.store import Store
said = subprocess.run([sys.executable, "-m", "cli", "run", "prop-2021", "--set", "${setting}", "--until", "${until}",
    "--replications", "50", "--json"], check=True, capture_output=True).stdout
line = {row["name"]: row["mean"] for row in json.loads(said)["outcomes"] if row["mean"] is not None}
scenario = load_scenario("prop-2021").with_settings(["${setting}"]).model_copy(update={"until_date": __import__("datetime").date.fromisoformat("${until}")})
kept = Store().get(job_key(scenario)) or {}
app = {name: fmean(one.outcomes[name] for one in kept.values()) for name in line} if kept else {}
print(json.dumps([len(kept), sorted(name for name in line if app and abs(line[name] - app[name]) > 1e-9 * abs(line[name]))]))
`);
      const [count, differ] = JSON.parse(same);
      expect(count === 50, `the app kept ${count} replications of the scenario of the command line`);
      expect(differ.length === 0, `app and command line differ in ${differ}`);
      await page.context().close();
    });
  }

  await part('wrong text in a field', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen');
    await filled(page);
    await openHolder(page, 'Gemeenten');
    const field = number(page, /Hoogste aandeel woningen/);
    for (const [wrong, named] of [['veel', "'veel'"], ['8,0,0', "'8,0,0'"], ['80%', '0,8']]) {
      await field.fill(wrong);
      await field.press('Enter');
      await page.getByRole('button', { name: 'Reken door' }).click();
      const beside = page.locator('[data-testid="stSidebar"] [data-testid="stAlert"]', { hasText: named });
      await beside.waitFor();
      await settled(page);
      expect((await page.locator('[data-testid="stSidebar"] [data-testid="stAlert"]').count()) === 1, `${wrong} is told more than once`);
      const told = (await beside.textContent()).trim();
      console.log(`  ${wrong}: ${told}`);
      expect(told.includes('0 tot en met 0,3'), `${wrong} is refused without what is allowed`);
      const [one, two] = [await field.boundingBox(), await beside.boundingBox()];
      expect(Math.abs(two.y - one.y - one.height) < 60, `the sentence stands ${two.y - one.y - one.height} px from its field`);
      expect((await bullets(page).count()) === 0, `${wrong} counts as a lever`);
      expect((await field.inputValue()) === wrong, 'what was typed is gone');
      await page.screenshot({ path: join(shots, `wrong-${wrong.replace('%', '')}.png`) });
    }
    await field.fill('8%');
    await page.getByRole('button', { name: 'Reken door' }).click();
    await page.waitForSelector('.st-key-settings li');
    await settled(page);
    expect((await page.locator('[data-testid="stAlert"]').count()) === 0, 'the sentence stays when the text is right');
    await page.context().close();
  });

  await part('downloads', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen?share_cap=0.08');
    await filled(page);
    await page.locator('[data-testid="stMain"] summary', { hasText: 'Tabel' }).first().click();
    const starts = { CSV: [0xef, 0xbb, 0xbf], PNG: [0x89, 0x50, 0x4e, 0x47], SVG: [0x3c, 0x73, 0x76, 0x67] };
    for (const [kind, start] of Object.entries(starts)) {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: kind, exact: true }).first().click();
      const file = join(store, `picture.${kind}`);
      await (await waiting).saveAs(file);
      const content = readFileSync(file);
      expect(start.every((byte, place) => content[place] === byte), `${kind} does not begin as it should`);
      if (kind === 'CSV') {
        const lines = content.toString('utf8').split('\r\n');
        expect(lines[0].includes(';') && lines.length > 100, 'the CSV is no table');
      }
    }
    await page.context().close();
  });

  await part('three scenarios compared, report opened', async () => {
    const page = await visitor();
    await open(page, 'vergelijken?vergelijk=prop-2021,eerst-bouwen,regionale-pool');
    await filled(page);
    const rows = await page.locator('[data-testid="stMain"] table').first().locator('tbody tr').allTextContents();
    for (const letter of ['A ', 'B ', 'C ']) {
      const own = rows.filter((row) => row.includes(letter));
      expect(own.length >= 6, `${own.length} key figures for ${letter}`);
    }
    expect(rows.filter((row) => / tot /.test(row)).length >= 12, 'differences have no interval');
    const finding = await page.locator('[data-testid="stMain"] h3').first().textContent();
    expect(/in B .* in C /.test(finding), `the finding does not speak of B and C: ${finding}`);
    const drawn = await page.locator('[data-testid="stMain"] .vega-embed').first().textContent();
    expect((await page.locator('[data-testid="stMain"] .vega-embed').count()) >= 4, `too few pictures ${drawn}`);

    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Rapport, Nederlands (HTML)' }).click();
    const file = join(store, 'rapport.html');
    await (await waiting).saveAs(file);
    const reader = await page.context().newPage();
    const asked = [];
    reader.on('request', (request) => {
      if (!/^(data|blob|file):/.test(request.url())) asked.push(request.url());
    });
    await reader.goto(`file://${file}`);
    await reader.waitForLoadState('networkidle');
    expect((await reader.locator('h1').count()) === 1, 'the report has no title');
    expect((await reader.locator('html').getAttribute('lang')) === 'nl', 'the report does not say its language');
    const told = await reader.locator('body').textContent();
    for (const words of ['Eerst bouwen', 'replicaties', 'zaad']) expect(told.includes(words), `the report is silent on ${words}`);
    expect((await reader.locator('svg').count()) >= 4, 'the report has too few charts');
    for (const one of await violations(reader)) expect(false, `report: ${one}`);
    expect(asked.length === 0, `the report asks for ${asked.join(', ')}`);

    const sheet = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Tabellen (XLSX)' }).click();
    const workbook = join(store, 'tabellen.xlsx');
    await (await sheet).saveAs(workbook);
    expect(readFileSync(workbook).subarray(0, 2).toString() === 'PK', 'the workbook is no workbook');
    await page.context().close();
  });

  await part('ten quick changes', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen?share_cap=0.08');
    await filled(page);
    await openHolder(page, 'Gemeenten');
    const field = number(page, /Hoogste aandeel woningen/);
    const button = page.getByRole('button', { name: 'Reken door' });
    const answers = [];
    for (let step = 1; step <= 10; step += 1) {
      const value = String(Number((0.08 + step * 0.0013).toFixed(4)));
      await field.fill(value);
      const begin = Date.now();
      await button.click();
      await page.waitForFunction(
        (wanted) => document.querySelector('.st-key-settings li')?.textContent.includes(wanted),
        `${Number((100 * Number(value)).toFixed(4))}`.replace('.', ','));
      answers.push(Date.now() - begin);
    }
    const last = Date.now();
    await page.getByText(/n = (10|20|30|40|50);/).first().waitFor();
    answers.sort((a, b) => a - b);
    within(answers[Math.ceil(0.95 * answers.length) - 1], 600, 'page answers, 95 in 100');
    console.log(`  median ${answers[5]} ms; first band ${Date.now() - last} ms after the last change`);
    await filled(page);
    await page.context().close();
  });

  await part('undo, redo, reset', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen?share_cap=0.08');
    await filled(page);
    await openHolder(page, 'Gemeenten');
    await number(page, /Hoogste aandeel woningen/).fill('0,1');
    await page.getByRole('button', { name: 'Reken door' }).click();
    await linked(page, 'share_cap', '0,1');
    await settled(page);
    await page.getByRole('button', { name: 'Ongedaan maken' }).click();
    await linked(page, 'share_cap', '0,08');
    await settled(page);
    await page.getByRole('button', { name: 'Opnieuw uitvoeren', exact: true }).click();
    await linked(page, 'share_cap', '0,1');
    await settled(page);
    await page.getByRole('button', { name: 'Alles terugzetten' }).click();
    await linked(page, 'share_cap', null);
    await settled(page);
    expect((await bullets(page).count()) === 0, 'something still differs after a reset');
    await page.context().close();
  });

  await part('stop', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen?share_cap=0.093&eind=2025-01-01');
    await page.getByRole('button', { name: 'Stop' }).click();
    const told = page.getByText(/Gestopt na [0-9]+ van 50/);
    await told.waitFor();
    await page.waitForTimeout(2500); // what was in hand may be finished
    await page.getByRole('button', { name: 'Reken door' }).click();
    await settled(page);
    const before = await told.textContent();
    await page.waitForTimeout(2500);
    await page.getByRole('button', { name: 'Reken door' }).click();
    await settled(page);
    expect((await told.textContent()) === before, 'the run went on after Stop');
    await page.getByRole('button', { name: 'Ga verder' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.context().close();
  });

  const levers = JSON.parse(
    execFileSync(
      python,
      ['-c', [
        'import json', 'from app_pages.shell.texts import choice', 'from experiments.run.levers import lever_rows',
        'from experiments.language.formatting import exact_text', 'found = []',
        'for row in lever_rows("prop-2021"):',
        '    value = "ja" if row.kind == "switch" else row.choices[-1] if row.choices else row.low + (row.step or 1) * 2',
        // a target by rule does not go with smoothing, which is turned too
        '    value = "published" if row.name == "target_source" else value',
        '    said = choice("true" if value == "ja" else value, "en") if isinstance(value, str) else None',
        '    said = said or exact_text(round(value, 6), "en")',
        '    found.append([row.name, value, row.dated, said])', 'print(json.dumps(found))',
      ].join('\n')],
      { cwd: root, env, encoding: 'utf8' },
    ),
  );

  await part('link: every lever, on a new machine', async () => {
    const link = new URLSearchParams({ naam: 'Alles anders', lang: 'en' });
    for (const [name, value, dated] of levers) {
      link.set(name, typeof value === 'number' ? String(Number(value.toFixed(6))) : value);
      if (dated) {
        link.set(`${name}.van`, '2020-02-01');
        link.set(`${name}.tot`, '2021-03-01');
      }
    }
    const page = await visitor();
    await open(page, `onderbouwing?${link}`);
    expect((await page.locator('[data-testid="stAlert"]').count()) === 0, await page.locator('[data-testid="stAlert"]').allTextContents());
    const first = new URL(page.url()).searchParams;
    for (const [key, value] of link) {
      const kept = first.get(key);
      const words = levers.find(([name]) => name === key)?.[3] ?? value;
      expect(kept === words, `${key}=${value} became ${kept}, not ${words}`);
    }
    const other = await visitor();
    await open(other, `onderbouwing?${first}`);
    const second = new URL(other.url()).searchParams;
    for (const [key, value] of first) expect(second.get(key) === value, `${key} is ${second.get(key)} on a new machine`);
    await page.context().close();
    await other.context().close();
  });

  await part('link: pages, languages, junk', async () => {
    const page = await visitor();
    await open(page, 'onderbouwing?share_cap=0.08&queue_rule=newest&onzin=1&places_added=veel&naam=![](http://kijk.example/n.png)&kapot=![](http://kijk.example/j.png)');
    const told = await page.locator('[data-testid="stAlert"]').allTextContents();
    expect(told.join(' ').includes('onzin=1') && told.join(' ').includes('places_added=veel'), 'junk in the link is not named');
    await page.locator('[data-testid="stSidebar"] label', { hasText: /^en$/ }).click();
    await page.waitForFunction(() => location.search.includes('lang=en'));
    await page.getByRole('heading', { name: 'Evidence and sources' }).waitFor();
    await settled(page);
    await page.getByRole('link', { name: 'Claims' }).click();
    await page.getByRole('heading', { name: 'Claims' }).waitFor();
    await settled(page);
    const link = new URL(page.url()).searchParams;
    expect(link.get('share_cap') === '0.08', 'the lever left the link on another page');
    expect(link.get('lang') === 'en', 'the language left the link on another page');
    expect(link.get('queue_rule') === 'newest first', `the choice became ${link.get('queue_rule')} in the other language`);
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await page.context().close();
  });

  await part('wrong CSV', async () => {
    const page = await visitor();
    await open(page, 'doorrekenen');
    await filled(page);
    const file = join(store, 'besluiten.csv');
    writeFileSync(file, 'datum;knop;waarde\n2021-01-01;places_added;1000\n2021-02-30;places_added;veel\n');
    await page.locator('[data-testid="stMain"] summary', { hasText: 'Besluiten op datum' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('besluiten.csv').first().waitFor();
    await settled(page);
    await page.getByRole('button', { name: 'Neem het bestand over' }).click();
    await page.getByText(/besluiten\.csv, regel 3/).waitFor();
    expect((await bullets(page).count()) === 0, 'a wrong file was half applied');
    expect(!page.url().includes('places_added'), 'a wrong file reached the link');
    await page.context().close();
  });

  const ownFigures = (scheme) =>
    part(`own figures with the keyboard, ${scheme}`, async () => {
      const page = await visitor({ scheme });
      await open(page, 'cijfers');
      const file = join(store, `taak-${scheme}.csv`);
      writeFileSync(file, 'Eigen raming\nhalfjaar;aantal\n2019H2;7.500*\n2020H1;8.000\nTotaal;15.500\nBron: eigen raming\n');
      expect(await tabTo(page, "document.activeElement.closest('[data-testid=stFileUploader]') !== null"), 'the file cannot be reached with Tab');
      await page.locator('[data-testid="stMain"] input[type=file]').setInputFiles(file);
      await page.getByText(`taak-${scheme}.csv`).first().waitFor();
      await settled(page);
      const field = (label) => `document.activeElement.matches('input') && document.activeElement.getAttribute('aria-label')?.includes('${label}')`;
      const named = (words) => `document.activeElement.textContent.trim() === '${words}'`;
      expect(await tabTo(page, field('Welke reeks')), 'the series cannot be reached with Tab');
      await page.keyboard.type('Taakstelling per');
      await page.keyboard.press('Enter');
      expect(await tabTo(page, "document.activeElement.matches('[role=spinbutton], input') && document.activeElement.closest('[data-testid=stDateInput]') !== null"), 'the day cannot be reached with Tab');
      await page.keyboard.type('01012021');
      await page.keyboard.press('Tab');
      expect(await tabTo(page, named('Lees het bestand'), 400), 'the button cannot be reached with Tab');
      await page.keyboard.press('Enter');
      await page.getByText(/regel 5.*is een totaal.*‘Zonder’/).waitFor();
      for (const one of await violations(page)) expect(false, `refused: ${one}`);
      expect(await tabTo(page, "document.activeElement.matches('summary') && document.activeElement.textContent.includes('Als er meer')", 400), 'the choices cannot be reached with Tab');
      await page.keyboard.press('Enter');
      expect(await tabTo(page, field('Zonder')), 'the field of the refusal cannot be reached with Tab');
      await page.keyboard.type('Totaal');
      await page.keyboard.press('Tab');
      expect(await tabTo(page, named('Lees het bestand'), 400), 'the button cannot be reached again');
      await page.keyboard.press('Enter');
      await page.getByText('2 cijfers gelezen').waitFor();
      await settled(page);
      expect((await page.locator('[data-testid="stMain"] [data-testid="stAlert"]').count()) === 0, 'the refusal stays');
      for (const one of await violations(page)) expect(false, `read: ${one}`);
      expect(await tabTo(page, named('Zet in het scenario'), 400), 'the figures cannot be put in the scenario with Tab');
      await page.keyboard.press('Enter');
      await page.locator('.st-key-own_held_target').waitFor();
      await settled(page);
      for (const one of await violations(page)) expect(false, `in the scenario: ${one}`);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 2400 });
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(shots, `own-figures-${scheme}-${width}.png`) });
      }
      const main = () => page.evaluate(() => document.querySelector('[data-testid="stMain"]').scrollWidth);
      await page.setViewportSize({ width: 320, height: 900 });
      await page.waitForTimeout(300);
      expect((await main()) <= 321, `at 320 px what was read is ${await main()} px wide`);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByRole('link', { name: 'Doorrekenen' }).click();
      await page.waitForSelector('.st-key-settings li');
      const told = await bullets(page).allTextContents();
      expect(told.length === 1 && told[0].includes('2 eigen cijfers'), `the scenario tells ${told}`);
      await page.context().close();
    });
  await ownFigures('light');
  await ownFigures('dark');

  const everyPage = (scheme) =>
    part(`every page, ${scheme}`, async () => {
      const page = await visitor({ scheme });
      for (const language of ['nl', 'en']) {
        for (const path of PAGES) {
          where.getStore().name = `${path || 'prop'} ${language} ${scheme}`;
          await open(page, `${path}?lang=${language}${path === 'doorrekenen' ? '&share_cap=0.08' : ''}`);
          await complete(page, path);
          for (const one of await violations(page)) expect(false, one);
          await page
            .waitForFunction((spoken) => document.documentElement.lang === spoken, language, { timeout: 3000 })
            .catch(() => expect(false, 'html lang is wrong'));
          if (language === 'nl') {
            for (const [size, width] of [['wide', 1280], ['narrow', 390]]) {
              await page.setViewportSize({ width, height: 900 });
              await page.waitForTimeout(400);
              const height = await page.evaluate(
                () => document.querySelector('[data-testid="stMainBlockContainer"]').scrollHeight + 60);
              await page.setViewportSize({ width, height: Math.min(Math.max(height, 900), 16000) });
              await page.waitForTimeout(400);
              await page.screenshot({ path: join(shots, `${path || 'prop'}-${scheme}-${size}.png`) });
            }
            await page.setViewportSize({ width: 320, height: 900 });
            await page.waitForTimeout(300);
            const wide = await page.evaluate(() => {
              const main = document.querySelector('[data-testid="stMain"]');
              return Math.max(document.documentElement.scrollWidth, main.scrollWidth);
            });
            expect(wide <= 321, `at 320 px the page is ${wide} px wide`);
            await page.setViewportSize({ width: 1280, height: 900 });
          }
          const folded = page.locator('[data-testid="stMain"] summary');
          for (let fold = 0; fold < Math.min(await folded.count(), 3); fold += 1) {
            await folded.nth(fold).click();
            await settled(page);
          }
          for (const one of await violations(page)) expect(false, `folds open: ${one}`);
        }
      }
      where.getStore().name = `levers open, ${scheme}`;
      await open(page, 'onderbouwing?datums=true');
      for (const summary of await page.locator('[data-testid="stSidebar"] summary').all()) {
        await summary.click();
        await settled(page);
      }
      for (const one of await violations(page)) expect(false, one);
      await page.context().close();
    });
  await Promise.all(['light', 'dark'].map(everyPage));

  where.run({ name: 'requests' }, () =>
    expect(outside.size === 0, `requests left the machine: ${[...outside].join(', ')}`));
  where.run({ name: 'connections' }, () =>
    expect(!existsSync(outgoing), `the app asked the network: ${existsSync(outgoing) && readFileSync(outgoing, 'utf8')}`));
} finally {
  await browser.close();
  app.kill();
  rmSync(store, { recursive: true, force: true });
}

console.log(failures.length ? `\n${failures.length} fouten:\n${failures.join('\n')}` : '\nAlles in orde.');
process.exit(failures.length ? 1 : 0);
