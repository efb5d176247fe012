'use strict'
// Asks Sendwarden about every message before it is queued. Configuration: config/sendwarden.ini.
//
// Decisions are kept while they are valid; the mails of a campaign are granted in blocks. A block that
// was granted and not used when Haraka dies is lost, never sent twice. Haraka has no hold queue of its
// own: mail under review is deferred, and its sender tries again.

const crypto = require('node:crypto')
const http = require('node:http')
const https = require('node:https')
const { URL } = require('node:url')

const BLOCK = 20
const MOST_IN_BLOCK = 500
const RECHECK_EVERY = 200
const MOST_CAMPAIGNS = 50000
const REVIEW_KEPT_MS = 120000
const ID = /^[A-Za-z0-9._:@-]{1,128}$/

const campaigns = new Map()

exports.register = function () {
  this.load_config()
  this.register_hook('data', 'keep_message')
  this.register_hook('data_post', 'judge')
}

exports.load_config = function () {
  const ini = this.config.get('sendwarden.ini', () => this.load_config())
  this.cfg = {
    url: 'http://127.0.0.1:8080',
    campaign_header: 'X-Campaign-ID',
    recipients_header: 'X-Campaign-Recipients',
    stream_header: 'X-Stream',
    assumed_recipients: 500,
    on_error: 'defer',
    unknown: 'accept',
    timeout_ms: 10000,
    ...ini.main,
  }
  this.cfg.key = process.env.SENDWARDEN_API_KEY || this.cfg.key || ''
}

exports.keep_message = function (next, connection) {
  connection.transaction.parse_body = false
  next()
}

exports.judge = async function (next, connection) {
  const txn = connection.transaction
  const asked = this.asked(connection)
  if (asked === null) return answer(next, { outcome: this.cfg.unknown, text: 'Who sends this is not known here.' })
  try {
    const verdict = await one_at_a_time(asked, () => this.decide(asked, txn))
    if (verdict.outcome === 'accept' && verdict.decision_id) {
      txn.add_header('X-Sendwarden-Decision', verdict.decision_id)
    }
    answer(next, verdict)
  } catch (error) {
    connection.logerror(this, `not decided: ${error.message}`)
    answer(next, {
      outcome: this.cfg.on_error,
      text: 'Sending is checked and the check cannot be made now; try again later.',
    })
  }
}

exports.asked = function (connection) {
  const { transaction: txn } = connection
  const header = (name) => (name ? txn.header.get_decoded(name).trim() : '')
  const account = this.cfg.account_header ? header(this.cfg.account_header) : connection.notes.auth_user || ''
  if (!ID.test(account)) return null
  const count = /^\d{1,9}$/.test(header(this.cfg.recipients_header)) ? Number(header(this.cfg.recipients_header)) : 0
  const now = Math.max(txn.rcpt_to.length, 1)
  const stated = header(this.cfg.campaign_header)
  return {
    account,
    campaign: ID.test(stated) ? stated : derived(account, header('From'), header('Subject')),
    stream: header(this.cfg.stream_header).toLowerCase() === 'transactional' ? 'transactional' : 'broadcast',
    recipients: Math.max(count || Number(this.cfg.assumed_recipients), count ? 1 : now),
    now,
  }
}

exports.decide = async function (asked, txn) {
  const campaign = known(asked)
  campaign.seen += 1
  if (Date.now() >= campaign.valid_until || campaign.seen % RECHECK_EVERY === 0) {
    await this.score(campaign, asked, txn, Math.max(asked.recipients, campaign.recipients))
  }
  const { action, reasons, decision_id } = campaign.decision
  if (action === 'terminate') return { outcome: 'reject', text: told(reasons) }
  if (action === 'review') return { outcome: 'defer', text: told(reasons) }
  let waiting = campaign.granted < asked.now ? await this.ask(campaign, asked) : null
  if (!waiting && campaign.granted < asked.now) {
    // More mails than were stated: the campaign is larger, so it is judged as such.
    await this.score(campaign, asked, txn, campaign.recipients * 2 + asked.now)
    waiting = await this.ask(campaign, asked)
  }
  if (campaign.granted < asked.now) return waiting || { outcome: 'defer', text: told([]) }
  campaign.granted -= asked.now
  return { outcome: 'accept', decision_id }
}

exports.ask = async function (campaign, asked) {
  if (campaign.waiting && Date.now() < campaign.again_at) return campaign.waiting
  const block = Math.min(Math.max(BLOCK, campaign.seen), MOST_IN_BLOCK)
  const found = await this.post(`/v1/campaigns/${asked.campaign}/release`, {
    want: Math.max(block, asked.now) - campaign.granted,
  })
  campaign.granted += found.granted
  campaign.waiting = null
  if (['holding', 'stopped'].includes(found.state) && campaign.granted < asked.now) {
    campaign.waiting = { outcome: found.state === 'stopped' ? 'reject' : 'defer', text: told(found.reasons) }
    campaign.again_at = found.check_again_at ? Date.parse(found.check_again_at) : 0
  }
  return campaign.waiting
}

exports.score = async function (campaign, asked, txn, recipients) {
  campaign.decision = await this.post(`/v1/campaigns/${asked.campaign}/score`, {
    account_id: asked.account,
    recipients,
    stream: asked.stream,
    message: (await text_of(txn)).toString('utf8'),
  })
  campaign.recipients = recipients
  campaign.valid_until = Date.parse(campaign.decision.valid_until)
  if (campaign.decision.action === 'review') {
    campaign.valid_until = Math.min(campaign.valid_until, Date.now() + REVIEW_KEPT_MS)
  }
}

// By node's own modules: plugins run in a context without fetch.
exports.post = function (path, body) {
  const url = new URL(this.cfg.url + path)
  const text = Buffer.from(JSON.stringify(body))
  const headers = { Authorization: `Bearer ${this.cfg.key}`, 'Content-Type': 'application/json', 'Content-Length': text.length }
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http
    const request = client.request(url, { method: 'POST', headers, timeout: Number(this.cfg.timeout_ms) }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${path} answered ${response.statusCode}`))
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')))
        } catch (error) {
          reject(error)
        }
      })
    })
    request.on('timeout', () => request.destroy(new Error(`${path} took too long`)))
    request.on('error', reject)
    request.end(text)
  })
}

function known(asked) {
  const key = `${asked.account}\0${asked.campaign}`
  const found = campaigns.get(key) || { valid_until: 0, granted: 0, recipients: 0, seen: 0, waiting: null, again_at: 0 }
  campaigns.delete(key)
  campaigns.set(key, found)
  if (campaigns.size > MOST_CAMPAIGNS) campaigns.delete(campaigns.keys().next().value)
  return found
}

const turns = new Map()

// Mails of one campaign are decided one after another, so that two never take the same grant.
async function one_at_a_time(asked, work) {
  const key = `${asked.account}\0${asked.campaign}`
  const before = turns.get(key) || Promise.resolve()
  const mine = before.catch(() => {}).then(work)
  turns.set(key, mine)
  try {
    return await mine
  } finally {
    if (turns.get(key) === mine) turns.delete(key)
  }
}

function derived(account, from, subject) {
  const address = (/<([^>]*)>/.exec(from) || [null, from])[1].toLowerCase()
  const day = new Date().toISOString().slice(0, 10)
  const digest = crypto.createHash('sha256').update([account, address, subject, day].join('\0')).digest('hex')
  return `smtp-${digest.slice(0, 24)}`
}

function text_of(txn) {
  return new Promise((resolve) => txn.message_stream.get_data(resolve))
}

function told(reasons) {
  if (!reasons.length) return 'Your mail is let out in stages; what is left is sent later.'
  return `${reasons[0].message} ${reasons[0].advice}`.slice(0, 300)
}

function answer(next, { outcome, text }) {
  if (outcome === 'accept') return next()
  const plain = (text || '').replace(/[^ -~]/g, '?')
  if (outcome === 'reject') return next(DENY, `5.7.1 ${plain}`)
  next(DENYSOFT, `4.7.1 ${plain}`)
}
