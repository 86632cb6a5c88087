const own = 'id TEXT PRIMARY KEY, version INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL';

function line(parent: string): string {
	return `CREATE TABLE ${parent}_lines (${own}, "${parent}" TEXT NOT NULL REFERENCES ${parent}s(id), product TEXT REFERENCES products(id),
		description TEXT, quantity INTEGER, unit_price INTEGER, tax_rate INTEGER, net INTEGER, tax INTEGER) STRICT;
	CREATE INDEX ${parent}_lines_parent ON ${parent}_lines ("${parent}");
	CREATE INDEX ${parent}_lines_product ON ${parent}_lines (product);
	CREATE INDEX ${parent}_lines_age ON ${parent}_lines (created_at, id);`;
}

/** Decimals are whole ten-thousandths; `price` and the like are INTEGER for that reason. */
export const firstSchema = `
CREATE TABLE companies (${own}, name TEXT NOT NULL, email TEXT, phone TEXT, website TEXT, vat_id TEXT, street TEXT, postcode TEXT,
	city TEXT, country TEXT, note TEXT) STRICT;
CREATE INDEX companies_name ON companies (name, id);
CREATE INDEX companies_age ON companies (created_at, id);

CREATE TABLE contacts (${own}, name TEXT NOT NULL, email TEXT, phone TEXT, role TEXT, company TEXT REFERENCES companies(id), note TEXT) STRICT;
CREATE INDEX contacts_name ON contacts (name, id);
CREATE INDEX contacts_email ON contacts (email);
CREATE INDEX contacts_company ON contacts (company);
CREATE INDEX contacts_age ON contacts (created_at, id);

CREATE TABLE products (${own}, name TEXT NOT NULL, sku TEXT UNIQUE, price INTEGER, currency TEXT, tax_rate INTEGER, active INTEGER, note TEXT) STRICT;
CREATE INDEX products_name ON products (name, id);
CREATE INDEX products_age ON products (created_at, id);

CREATE TABLE deals (${own}, name TEXT NOT NULL, company TEXT REFERENCES companies(id), contact TEXT REFERENCES contacts(id), stage TEXT,
	amount INTEGER, currency TEXT, close_date TEXT, note TEXT) STRICT;
CREATE INDEX deals_company ON deals (company);
CREATE INDEX deals_contact ON deals (contact);
CREATE INDEX deals_stage ON deals (stage);
CREATE INDEX deals_age ON deals (created_at, id);

CREATE TABLE activities (${own}, kind TEXT NOT NULL, subject TEXT NOT NULL, date TEXT, done INTEGER, contact TEXT REFERENCES contacts(id),
	company TEXT REFERENCES companies(id), deal TEXT REFERENCES deals(id), note TEXT) STRICT;
CREATE INDEX activities_contact ON activities (contact);
CREATE INDEX activities_company ON activities (company);
CREATE INDEX activities_deal ON activities (deal);
CREATE INDEX activities_date ON activities (date);
CREATE INDEX activities_age ON activities (created_at, id);

CREATE TABLE orders (${own}, number TEXT UNIQUE, company TEXT NOT NULL REFERENCES companies(id), contact TEXT REFERENCES contacts(id),
	deal TEXT REFERENCES deals(id), state TEXT, date TEXT, currency TEXT, net INTEGER, tax INTEGER, total INTEGER, note TEXT) STRICT;
CREATE INDEX orders_company ON orders (company);
CREATE INDEX orders_contact ON orders (contact);
CREATE INDEX orders_deal ON orders (deal);
CREATE INDEX orders_age ON orders (created_at, id);
${line('order')}

CREATE TABLE invoices (${own}, number TEXT UNIQUE, company TEXT NOT NULL REFERENCES companies(id), "order" TEXT REFERENCES orders(id),
	state TEXT, date TEXT, due_date TEXT, currency TEXT, net INTEGER, tax INTEGER, total INTEGER, paid INTEGER, open INTEGER, note TEXT) STRICT;
CREATE INDEX invoices_company ON invoices (company);
CREATE INDEX invoices_order ON invoices ("order");
CREATE INDEX invoices_age ON invoices (created_at, id);
${line('invoice')}

CREATE TABLE payments (${own}, invoice TEXT NOT NULL REFERENCES invoices(id), amount INTEGER NOT NULL, date TEXT NOT NULL, method TEXT, reference TEXT) STRICT;
CREATE INDEX payments_invoice ON payments (invoice);
CREATE INDEX payments_age ON payments (created_at, id);

CREATE TABLE attachments (${own}, record TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, mime_type TEXT NOT NULL,
	source TEXT NOT NULL, origin TEXT) STRICT;
CREATE INDEX attachments_record ON attachments (record);
CREATE INDEX attachments_age ON attachments (created_at, id);

CREATE TABLE sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;

CREATE TABLE changes (id TEXT PRIMARY KEY, principal TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL, planned TEXT NOT NULL,
	now TEXT NOT NULL, expires_at TEXT NOT NULL, receipt TEXT) STRICT;
CREATE INDEX changes_expiry ON changes (expires_at) WHERE receipt IS NULL;

CREATE TABLE history (seq INTEGER PRIMARY KEY AUTOINCREMENT, change_id TEXT NOT NULL, call TEXT NOT NULL, principal TEXT NOT NULL, at TEXT NOT NULL,
	entity TEXT NOT NULL, record_id TEXT NOT NULL, what TEXT NOT NULL, version_before INTEGER, version_after INTEGER,
	values_before TEXT, values_after TEXT) STRICT;
CREATE INDEX history_record ON history (entity, record_id, seq);
CREATE INDEX history_change ON history (change_id, seq);
CREATE INDEX history_principal ON history (principal, seq);
CREATE TRIGGER history_kept BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
CREATE TRIGGER history_whole BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END;
`;
