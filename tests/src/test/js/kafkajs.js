// Drives kafkajs against a broker and fails loudly when anything is not as it should be.
// node kafkajs.js BOOTSTRAP PREFIX; NODE_PATH names the folder with kafkajs.
const assert = require('node:assert')
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs')
const SnappyCodec = require('kafkajs-snappy')
CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec

const [bootstrap, prefix] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'zurau-tests', brokers: [bootstrap], logLevel: logLevel.ERROR })

async function main() {
  const admin = kafka.admin()
  await admin.connect()

  // Topics, metadata, settings
  const topic = `${prefix}-topic`
  const created = await admin.createTopics({
    topics: [{ topic, numPartitions: 3, configEntries: [{ name: 'retention.ms', value: '1234567' }] }],
    waitForLeaders: true,
  })
  assert.strictEqual(created, true)
  assert.ok((await admin.listTopics()).includes(topic))
  const metadata = await admin.fetchTopicMetadata({ topics: [topic] })
  assert.strictEqual(metadata.topics[0].partitions.length, 3)
  const cluster = await admin.describeCluster()
  assert.strictEqual(cluster.brokers.length, 1)
  const configs = await admin.describeConfigs({ resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }] })
  assert.strictEqual(configs.resources[0].configEntries[0].configValue, '1234567')
  await admin.alterConfigs({
    resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '7654321' }] }],
  })
  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })

  // Producing, with each codec
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const codecs = [CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.Snappy]
  for (const compression of codecs) {
    const messages = []
    for (let i = 0; i < 100; i++) {
      messages.push({ key: `key-${i}`, value: `${compression}/${i} äöü`, headers: { codec: String(compression) } })
    }
    const answer = await producer.send({ topic, messages, compression, acks: -1 })
    assert.ok(answer.every(part => part.errorCode === 0))
  }
  await producer.disconnect()
  const expected = codecs.length * 100
  const offsets = await admin.fetchTopicOffsets(topic)
  assert.strictEqual(offsets.reduce((sum, part) => sum + Number(part.high), 0), expected)

  // Consuming in a group
  const groupId = `${prefix}-group`
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10000, heartbeatInterval: 500 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  const values = new Set()
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`only ${values.size} of ${expected} records came`)), 30000).unref()
    consumer.run({
      autoCommitThreshold: 50,
      eachMessage: async ({ message }) => {
        assert.strictEqual(message.headers.codec.toString(), message.value.toString().split('/')[0])
        values.add(message.value.toString())
        if (values.size === expected) resolve()
      },
    }).catch(reject)
  })
  const described = await admin.describeGroups([groupId])
  assert.strictEqual(described.groups[0].state, 'Stable')
  await consumer.disconnect()

  // Offsets and groups
  const committed = await admin.fetchOffsets({ groupId, topics: [topic] })
  assert.strictEqual(committed[0].partitions.reduce((sum, part) => sum + Number(part.offset), 0), expected)
  await admin.resetOffsets({ groupId, topic, earliest: true })
  assert.ok((await admin.listGroups()).groups.some(group => group.groupId === groupId))
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
  await admin.deleteGroups([groupId])
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
  console.log('done')
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
