package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.isobar.api.StorageException;
import org.isobar.api.access.Grant;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.spi.iscsi.LoginPlacement.Picture;
import org.isobar.spi.iscsi.LoginPlacement.Placement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Login of one connection (RFC 7143 §6.3, §11.12 and §11.13), which begins a session or joins one. */
final class LoginPhase implements IscsiConnection.Phase {
    private static final Logger LOG = LoggerFactory.getLogger(LoginPhase.class);

    private static final int TRANSIT = 0x80;
    private static final int CONTINUE = 0x40;
    private static final int STAGE_MASK = 0x03;
    private static final int CURRENT_STAGE_SHIFT = 2;
    private static final int SECURITY_STAGE = 0;
    private static final int OPERATIONAL_STAGE = 1;
    private static final int RESERVED_STAGE = 2;
    private static final int FULL_FEATURE = 3;

    /** All text that an initiator may send in one login. */
    private static final int MAX_TEXT_BYTES = 65_536;

    private static final int MAX_REQUESTS = 64;
    private static final int MAX_NAME_BYTES = 223;

    private final IscsiConnection connection;
    private final TargetContext context;
    private final boolean outOfResources;
    private final SessionParameters agreed = new SessionParameters();
    private final Negotiation negotiation;
    private final SecurityStage security;
    private final ByteBuf text = Unpooled.buffer();
    private int textBytes;

    private int requests;
    private int stage;
    private int initiatorTaskTag;
    private int connectionId;
    private long isid;
    private boolean identified;
    private boolean admitted;
    private boolean declared;
    private ScsiTarget target;
    private IscsiSession session;
    private IscsiSession predecessor;
    private byte[] lastAnswer;
    /** TSIH that the initiator names, 0 for a new session. */
    private int tsih;
    /** Whether the session counts this connection, which joins it. */
    private boolean joined;

    LoginPhase(final IscsiConnection connection, final boolean outOfResources) {
        this.connection = connection;
        this.context = connection.context();
        this.outOfResources = outOfResources;
        negotiation = new Negotiation(context.settings(), agreed);
        security = new SecurityStage(context.access(), connection.remoteHost());
    }

    @Override
    public void headerArrived(final BasicHeaderSegment header) {
        if (header.opcode() != Opcode.LOGIN || session != null) {
            connection.close("PDU other than login during login");
            return;
        }
        final int length = header.dataSegmentBytes();
        text.ensureWritable(length);
        connection.reader().receiveInto(text, text.writerIndex());
    }

    @Override
    public void pduArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        text.writerIndex(text.writerIndex() + header.dataSegmentBytes());
        textBytes += header.dataSegmentBytes();
        requests++;
        if (requests == 1) {
            isid = header.isid();
            initiatorTaskTag = header.initiatorTaskTag();
            connectionId = header.connectionId();
            stage = (header.flags() >> CURRENT_STAGE_SHIFT) & STAGE_MASK;
            tsih = header.tsih();
            if (tsih == 0) {
                connection.window().begin(header.cmdSn());
            } else {
                connection.window().beginClosed(header.cmdSn());
            }
        }
        final int status = check(header);
        if (status != LoginStatus.SUCCESS) {
            refuse(status);
        } else if ((header.flags() & CONTINUE) != 0) {
            answer(false, stage, new byte[0]);
        } else {
            answerKeys(header.flags());
        }
    }

    @Override
    public void oversized(final BasicHeaderSegment header) {
        initiatorTaskTag = header.initiatorTaskTag();
        isid = header.isid();
        refuse(LoginStatus.INITIATOR_ERROR);
    }

    @Override
    public void requestLogout(final int waitMs) {
        connection.close("dropped during login");
    }

    @Override
    public void disconnected() {
        if (tsih != 0) {
            if (joined) {
                session.left(connection);
            }
            return;
        }
        if (session == null) {
            return;
        }
        if (predecessor == null) {
            session.end();
        } else {
            // Whoever waits for this session must not overtake the tasks of the one before.
            predecessor.afterEnd(session::end);
        }
    }

    private int check(final BasicHeaderSegment header) {
        if (outOfResources) {
            return LoginStatus.OUT_OF_RESOURCES;
        }
        if (header.versionMin() > 0) {
            return LoginStatus.UNSUPPORTED_VERSION;
        }
        final int flags = header.flags();
        final boolean transit = (flags & TRANSIT) != 0;
        final int currentStage = (flags >> CURRENT_STAGE_SHIFT) & STAGE_MASK;
        final int nextStage = flags & STAGE_MASK;
        final boolean sameLogin = header.initiatorTaskTag() == initiatorTaskTag
                && header.connectionId() == connectionId
                && header.isid() == isid
                && header.tsih() == tsih
                && currentStage == stage;
        if (!sameLogin
                || currentStage > OPERATIONAL_STAGE
                || (transit && (flags & CONTINUE) != 0)
                || (transit && (nextStage <= currentStage || nextStage == RESERVED_STAGE))
                || requests > MAX_REQUESTS
                || textBytes > MAX_TEXT_BYTES) {
            return LoginStatus.INITIATOR_ERROR;
        }
        return tsih != 0 && context.sessions().find(tsih).isEmpty()
                ? LoginStatus.SESSION_DOES_NOT_EXIST
                : LoginStatus.SUCCESS;
    }

    private void answerKeys(final int flags) {
        final Map<String, String> keys = KeyText.parse(text);
        text.clear();
        final KeyText answer = new KeyText();
        final int status = keys == null ? LoginStatus.INITIATOR_ERROR : takeKeys(keys, answer);
        if (status != LoginStatus.SUCCESS) {
            refuse(status);
            return;
        }
        // An initiator that wants to go on before it has proved who it is has to wait.
        final boolean transit = (flags & TRANSIT) != 0 && !security.underWay();
        final int nextStage = flags & STAGE_MASK;
        if (!admitted && (transit || stage != SECURITY_STAGE)) {
            final int verdict = security.leave();
            if (verdict != LoginStatus.SUCCESS) {
                refuse(verdict);
                return;
            }
            admitted = true;
            if (target != null && tsih == 0 && redirected()) {
                return;
            }
            if (target != null) {
                answer.add("TargetAlias", target.volume());
            }
        }
        if (!transit) {
            answer(false, nextStage, answer.bytes());
        } else if (nextStage == FULL_FEATURE) {
            lastAnswer = answer.bytes();
            establish();
        } else {
            answer(true, nextStage, answer.bytes());
            stage = nextStage;
        }
    }

    private int takeKeys(final Map<String, String> keys, final KeyText answer) {
        if (!identified) {
            int status = identify(keys, answer);
            if (status == LoginStatus.SUCCESS && tsih != 0) {
                status = include();
            }
            if (status != LoginStatus.SUCCESS) {
                return status;
            }
            identified = true;
        }
        final int proof = security.take(keys, stage == SECURITY_STAGE, answer);
        if (proof != LoginStatus.SUCCESS) {
            return proof;
        }
        for (final Map.Entry<String, String> key : keys.entrySet()) {
            if (!negotiation.offered(key.getKey(), key.getValue(), answer)) {
                return LoginStatus.INITIATOR_ERROR;
            }
        }
        if (stage == OPERATIONAL_STAGE && !declared) {
            declared = true;
            answer.add(
                    Negotiation.MAX_RECV_DATA_SEGMENT_LENGTH,
                    Integer.toString(context.settings().maxReceiveSegmentBytes()));
        }
        return LoginStatus.SUCCESS;
    }

    /** The keys that the first request must bring (RFC 7143 §6.3). */
    private int identify(final Map<String, String> keys, final KeyText answer) {
        final String initiatorName = keys.get("InitiatorName");
        if (initiatorName == null) {
            return LoginStatus.MISSING_PARAMETER;
        }
        if (initiatorName.isEmpty()
                || initiatorName.length() > MAX_NAME_BYTES
                || !initiatorName.codePoints().allMatch(LoginPhase::visible)) {
            return LoginStatus.INITIATOR_ERROR;
        }
        agreed.initiatorName = initiatorName;
        connection.identified(initiatorName);
        final String sessionType = keys.getOrDefault("SessionType", "Normal");
        agreed.discovery = sessionType.equals("Discovery");
        if (agreed.discovery) {
            return security.identify(initiatorName, true, null);
        }
        if (!sessionType.equals("Normal")) {
            return LoginStatus.SESSION_TYPE_NOT_SUPPORTED;
        }
        final String targetName = keys.get("TargetName");
        if (targetName == null) {
            return LoginStatus.MISSING_PARAMETER;
        }
        target = context.directory().find(targetName).orElse(null);
        agreed.targetName = target == null ? targetName : target.name();
        answer.add("TargetPortalGroupTag", Integer.toString(connection.portal().groupTag()));
        return security.identify(initiatorName, false, target == null ? null : target.volume());
    }

    /** Whether the connection may join the session that it names (RFC 7143 §6.3.1). */
    private int include() {
        final IscsiSession named = context.sessions().find(tsih).orElse(null);
        if (named == null || !named.fullFeature()) {
            return LoginStatus.SESSION_DOES_NOT_EXIST;
        }
        final IscsiSession.Key ours =
                IscsiSession.Key.of(agreed, isid, connection.portal().groupTag());
        if (!named.key().equals(ours)) {
            final IscsiSession.Key elsewhere =
                    IscsiSession.Key.of(agreed, isid, named.key().portalGroupTag());
            return named.key().equals(elsewhere)
                    ? LoginStatus.CANNOT_INCLUDE_IN_SESSION
                    : LoginStatus.SESSION_DOES_NOT_EXIST;
        }
        agreed.join(named.agreed());
        negotiation.joinsSession();
        return LoginStatus.SUCCESS;
    }

    /** Names go into logs and tables, so they must not bring line breaks along. */
    private static boolean visible(final int codePoint) {
        return !Character.isISOControl(codePoint) && !Character.isWhitespace(codePoint);
    }

    private void establish() {
        agreed.volume = target == null ? "" : target.volume();
        agreed.initiator = security.who();
        agreed.grant = security.grant();
        if (tsih != 0) {
            final IscsiSession named = context.sessions().find(tsih).orElse(null);
            if (named == null) {
                refuse(LoginStatus.SESSION_DOES_NOT_EXIST);
            } else {
                session = named;
                connection.moveTo(named, this::join);
            }
            return;
        }
        session = new IscsiSession(
                connection,
                agreed,
                isid,
                connection.portal().groupTag(),
                context.clock().wallMs());
        if (!context.sessions().add(session, context.settings().maxSessions())) {
            session = null;
            refuse(LoginStatus.OUT_OF_RESOURCES);
            return;
        }
        predecessor = context.sessions().supersede(session).orElse(null);
        if (predecessor == null) {
            begin();
            return;
        }
        predecessor.closeFromAnywhere("session reinstated");
        predecessor.afterEnd(() -> connection.lane().execute(this::begin));
    }

    /** On the session's lane: takes the place of the connection with the same id, or one of its own. */
    private void join() {
        if (!connection.open()) {
            return;
        }
        final IscsiConnection before = session.connection(connectionId);
        if (!session.fullFeature() || session.connections().isEmpty()) {
            refuse(LoginStatus.SESSION_DOES_NOT_EXIST);
        } else if (!sameRights()) {
            refuse(LoginStatus.AUTHORIZATION_FAILURE);
        } else if (before != null) {
            // Reinstates the connection: tasks of the old one end first (RFC 7143 §6.3.4).
            session.add(connection);
            joined = true;
            before.beginLogout();
            before.close("connection reinstated");
            if (session.tasks() == null) {
                enter();
            } else {
                session.tasks().await(task -> task.connection == before, this::enter);
            }
        } else if (session.connections().size() >= session.agreed().maxConnections) {
            refuse(LoginStatus.TOO_MANY_CONNECTIONS);
        } else {
            session.add(connection);
            joined = true;
            enter();
        }
    }

    /** Whether whoever joins may do what the session may, and has proved to be the same. */
    private boolean sameRights() {
        final SessionParameters first = session.agreed();
        return agreed.grant.compareTo(first.grant) >= 0
                && Objects.equals(agreed.initiator.chapName(), first.initiator.chapName());
    }

    private void enter() {
        if (connection.open()) {
            answer(true, FULL_FEATURE, lastAnswer);
            connection.enter(session, agreed, connectionId);
            session.endUnlessGranted(context.access());
        }
    }

    private void begin() {
        if (!connection.open()) {
            return;
        }
        predecessor = null;
        try {
            session.begin(target == null ? null : open(), target == null ? null : target.volume());
        } catch (final StorageException e) {
            LOG.warn("nexus.refused target={} initiator={}", agreed.targetName, agreed.initiatorName, e);
            refuse(LoginStatus.TARGET_ERROR);
            return;
        }
        answer(true, FULL_FEATURE, lastAnswer);
        connection.enter(session, agreed, connectionId);
        // Sessions that a change of rules would have cut off had it come a moment later.
        session.endUnlessGranted(context.access());
        if (target != null) {
            context.sessions().watch(target);
            if (context.directory().find(target.name()).isEmpty()) {
                // Removed while the initiator logged in, perhaps before anyone watched.
                connection.requestLogout();
            }
        }
    }

    private ScsiNexus open() {
        return target.open(security.who(), isid, connection.portal().groupTag(), security.grant() == Grant.READ_ONLY);
    }

    private void answer(final boolean transit, final int nextStage, final byte[] keys) {
        final int tsih = nextStage == FULL_FEATURE && transit ? session.tsih() : 0;
        final int flags = ResponseWriter.stageFlags(transit, stage, nextStage);
        connection.responses().login(initiatorTaskTag, flags, isid, tsih, LoginStatus.SUCCESS, keys);
        connection.flushSoon();
    }

    /** Sends the initiator elsewhere when the placement policy says so. */
    private boolean redirected() {
        final Placement placement = context.placements()
                .decide(
                        context.settings().loginPlacement(),
                        new Picture(
                                agreed.initiatorName.toLowerCase(Locale.ROOT),
                                connection.remoteHost(),
                                agreed.targetName,
                                connection.localAddress(),
                                connection.targetAddresses()));
        if (placement.address() == null) {
            return false;
        }
        LOG.info(
                "login.redirected initiator={} target={} to={} permanent={}",
                agreed.initiatorName,
                agreed.targetName,
                placement.address(),
                placement.permanent());
        // Without the portal group tag (RFC 7143 §13.8).
        final byte[] where =
                new KeyText().add("TargetAddress", placement.address()).bytes();
        final int status =
                placement.permanent() ? LoginStatus.TARGET_MOVED_PERMANENTLY : LoginStatus.TARGET_MOVED_TEMPORARILY;
        connection
                .responses()
                .login(initiatorTaskTag, ResponseWriter.stageFlags(false, stage, 0), isid, 0, status, where);
        connection.closeAfterFlush("redirected");
        return true;
    }

    private void refuse(final int status) {
        context.statistics().loginRefused(status);
        LOG.info(
                "login.refused status=0x{} initiator={} remote={}",
                String.format("%04x", status),
                agreed.initiatorName,
                connection.remoteAddress());
        final int flags = ResponseWriter.stageFlags(false, stage, 0);
        connection.responses().login(initiatorTaskTag, flags, isid, 0, status, new byte[0]);
        connection.closeAfterFlush("login refused");
    }
}
