"""What each role does here, in the order in which it is done."""

from dataclasses import dataclass

from kuancheng.access import roles


@dataclass(frozen=True)
class Door:
    """A page that a task starts from, by the name of its address, for whoever holds the permission.

    `of_office` says that it lies in the office's part, where only staff come in.
    """

    words: str
    name: str
    permission: str = ""
    of_office: bool = False


@dataclass(frozen=True)
class Task:
    """Something that a person comes for, and its steps."""

    name: str
    steps: tuple[str, ...]
    doors: tuple[Door, ...] = ()


@dataclass(frozen=True)
class Guide:
    """A role's tasks. `role` is the role's own name."""

    role: str
    title: str
    gist: str
    tasks: tuple[Task, ...]


MY_WORK = Door("我的工作", "admin:index", of_office=True)
LIST = Door("进展清单", "progress", "projects.view_project")
OVERVIEW = Door("总览", "overview", "projects.view_project")
WALL = Door("挂图作战", "wall-chart", "projects.view_project")
DAILY = Door("日监测", "daily", "projects.view_project")
FILING = Door("填报情况", "reporting", "projects.view_project")
QUALITY = Door("数据质量", "quality", "projects.view_project")
PERMITS = Door("手续有效期", "permits", "projects.view_project")
RULES = Door("亮灯规则", "rules", "projects.view_project")
MATTERS = Door("事项", "matters", "projects.view_matter")
LISTS = Door("清单名册", "programmes", "projects.view_project")
YEAR_TURN = Door("年度结转", "year-turn-now", "investment.add_yearturn")
LEAGUE_RULES = Door("赛马规则", "league-rules", "reports.view_leaguerules")
BULLETINS = Door("月通报", "bulletins", "reports.view_bulletin")
RAISE = Door("提出事项", "matter-new", "projects.add_matter")
STOPS = Door("停工项目", "stops", "projects.view_stop")
TEMPLATES = Door("公文模板", "office-templates", "documents.view_officetemplate")
CLOSE_OUTS = Door("收官总结", "close-outs", "projects.view_closeout")
SEARCH = Door("搜索", "search", "projects.view_project")
TERMS = Door("名词", "terms")
PROJECTS = Door(
    "重点项目", "admin:projects_project_changelist", "projects.view_project", of_office=True
)
REPORTS = Door(
    "进展填报",
    "admin:investment_statusreport_changelist",
    "investment.view_statusreport",
    of_office=True,
)
SHEETS = Door(
    "Excel 导入导出",
    "admin:sheets_sheetimport_changelist",
    "sheets.view_sheetimport",
    of_office=True,
)
REVIEW = Door(
    "复核",
    "admin:investment_statusreport_review",
    "investment.approve_statusreport",
    of_office=True,
)
CORRECTIONS = Door(
    "更正",
    "admin:investment_correction_changelist",
    "investment.view_correction",
    of_office=True,
)
RULE_SETS = Door(
    "亮灯规则各版", "admin:reports_ruleset_changelist", "reports.view_ruleset", of_office=True
)
OVERRIDES = Door(
    "人工调灯",
    "admin:reports_lightoverride_changelist",
    "reports.view_lightoverride",
    of_office=True,
)
ACCOUNTS = Door("账号", "admin:access_user_changelist", "access.view_user", of_office=True)
PEOPLE = Door(
    "干部", "admin:projects_official_changelist", "projects.view_official", of_office=True
)
KEYS = Door("接口密钥", "admin:access_apikey_changelist", "access.view_apikey", of_office=True)
JOBS = Door("后台任务", "admin:jobs_job_changelist", "jobs.view_job", of_office=True)
FIRST_DAY = Door("开始使用", "start", "access.add_user")
API_DOCS = Door("接口文档", "api-docs")

GUIDES = (
    Guide(
        roles.REPORTER,
        "填报员（项目秘书、责任单位）",
        "能看全部项目，只能改自己或本单位负责的项目。",
        (
            Task(
                "每月填报进展",
                (
                    "打开“我的工作”，在当月的“进展填报”里点项目名称。",
                    "填本月完成投资（万元）、形象进度、存在问题和下一步；右边是前几个月的数字、计划和累计。没有发生的留空，不要填 0；确实是零才填 0。",
                    "点“保存并提交”。有提示的逐条核对：填错了就改，确属正常的勾选确认并写明原因。",
                    "提交以后由项目中心复核；复核通过以前可以撤回，复核以后发现有误走“更正”。",
                ),
                (MY_WORK, REPORTS),
            ),
            Task(
                "处理退回",
                (
                    "“我的工作”里“没有提交的草稿和退回”列出退回意见。",
                    "按意见改好，再点“保存并提交”。退回没有重报的算没有报送。",
                ),
                (MY_WORK,),
            ),
            Task(
                "说明红灯",
                (
                    "项目亮红灯以后，“我的工作”里“红灯待说明”列出还有几天；点项目名称，写原因、措施和哪天转好。",
                    "情况变了可以再次说明，以后一次为准，以前的也留着。承诺的日子过了仍为红灯，会写“承诺未兑现”。",
                ),
                (MY_WORK, LIST),
            ),
            Task(
                "手续将到期、延期",
                (
                    "“我的工作”里“将到期的手续”列出还有几个工作日；核准、施工许可、环评在开工前会过期，节点里选了手续种类就自动倒计时。批文写明有效期的，在节点填“有效期至”。",
                    "向原发证机关办好延期以后，在项目页“手续有效期”里点“登记延期”，填文号、申请日期、批准日期和延期至；页面上写着最晚哪天申请、最长延到哪天和依据。",
                    "登记错了用“更正”或“撤销”，写明原因，原来的记录留着。",
                ),
                (MY_WORK, PERMITS),
            ),
            Task(
                "提出事项",
                (
                    "自己解决不了的，在看到问题的地方点“提出事项”：亮灯的原因旁、填报的存在问题旁、节点旁都有，项目、节点、单位和来源已经填好。",
                    "写明卡在哪里、要达到什么结果；已经有人提过的，旁边写着“已提事项”和办到哪一步，不要再提。",
                    "提出后等督查办公室编号交办；交办以前可以修改。",
                ),
                (RAISE, MATTERS),
            ),
            Task(
                "签收、办理和反馈事项",
                (
                    "“我的工作”里“等我办的事项”是交给本单位的，按要做什么分开。先签收；不是本单位的事，一个工作日内提出异议。",
                    "有进展就填，久无动静会被列出。来不及的在到期前申请延期；等评审、公示的申请暂停。",
                    "办完了点“反馈”：选办理结果，写情况，附至少一份佐证。由另一人核查后销号，不属实的退回重办。",
                ),
                (MATTERS, MY_WORK),
            ),
            Task(
                "登记停工，申请复工",
                (
                    "工地停了，打开项目页“停工与复工”，点“登记停工”，填原因和停工第一天；状态随即为停工，不要在项目表单里改。",
                    "一个月内向施工许可证发证机关报告，点“登记报告”填日期和文号；快到期时会提醒您。",
                    "可以复工了点“申请复工”，写明停工原因怎样消除；停工满一年的先核验施工许可证。项目中心同意后自动恢复正常。",
                ),
                (LIST, STOPS),
            ),
            Task(
                "写收官总结",
                (
                    "项目竣工后，在项目页上方点“收官总结”，看全部数据和对首次承诺的日期，再点“填写总结”回答三个问题。",
                    "提交后由项目中心确认；被退回的按原因改好再提交。确认后不再改动。",
                ),
                (LIST, CLOSE_OUTS),
            ),
            Task(
                "登记节点完成",
                (
                    "打开项目，在节点那一行填“实际完成”。晚于计划的须填“逾期原因”；前期手续有批复文件的填“文号”。",
                    "照片和文件在节点的佐证页上传，自动去掉拍摄地点。",
                    "计划日期列入基线以后不能直接改：点“调整计划”提出，由项目中心另一人批准。",
                ),
                (PROJECTS,),
            ),
            Task(
                "一次填很多项目",
                (
                    "在“Excel 导入导出”里选表，导出自己负责的项目，在表里改好。",
                    "上传并检查：逐行预览改了什么；有一行有误就全部不导入，改好再传。",
                ),
                (SHEETS,),
            ),
        ),
    ),
    Guide(
        roles.REVIEWER,
        "复核员（项目中心）",
        "登记和维护全部项目，复核填报，管理清单、年度计划、日历和亮灯规则。自己写的数字由另一人复核。",
        (
            Task(
                "复核一个月的填报",
                (
                    "“我的工作”上方写着有几份等待复核；点进“复核”，异常的排在前面。",
                    "逐份选通过或退回；退回须写明意见，填报人看得到。",
                    "页面打开以后别人改过的不会照旧通过，会写明谁改了什么，请再看一遍。",
                ),
                (REVIEW, REPORTS),
            ),
            Task(
                "催报",
                (
                    "“填报情况”按单位、包保领导或项目秘书列出谁还没有报，每组附一段可以直接发的催报文字。",
                    "某个月要提前或延期的，点“填报情况”上方的“窗口”，改开放、提醒和截止日期并写明原因；到时自动通知。",
                ),
                (FILING,),
            ),
            Task(
                "批准更正和计划调整",
                (
                    "更正：看原数字、新数字和理由，批准或不采纳；不能批准自己提的。",
                    "计划调整：在项目页看移动了哪些节点、能否守住承诺，批准后留一版基线。",
                ),
                (CORRECTIONS, MY_WORK),
            ),
            Task(
                "用自己的公文版式",
                (
                    "一项一表和交办单、催办单、督办单都能“下载 Word”，按国家标准的版式，每页右上角的二维码通向原记录。",
                    "要用本单位的红头或版式：在“公文模板”下载起始模板，用 Word 或 WPS 改好，写上字段，再上传；有不认识的字段会逐个指出。",
                    "先看这一版的“样张”；用错了写明原因停用，自动回到上一版。",
                ),
                (TEMPLATES,),
            ),
            Task(
                "交办和核查事项",
                (
                    "“事项”里“等我办”的草拟：核对是否重复（一事一单），指定牵头单位、时限、级别和核查人，点“交办”编号发出。",
                    "单位没有账号的由您代签收、代填进展；不归那个单位的改派，是同一件事的并案。",
                    "等您拿主意的都在清单的“待督查办公室”里。延期第一次由您审批，第二次由包保领导审批；暂停、改级别、重开、作废也在事项页上办。",
                    "请您核查的：看佐证，属实的销号，不属实的写明理由退回。自己单位办的、自己办的不能核查。",
                ),
                (MATTERS, RAISE),
            ),
            Task(
                "盯住红灯",
                (
                    "“日监测”列出红灯逾期未说明、承诺未兑现的项目，和当天新超期、转红、逾期未签收、久无动静的事项。",
                    "期限是几个工作日，在“亮灯规则”里新增一版调整。",
                ),
                (DAILY, RULE_SETS),
            ),
            Task(
                "同意复工，确认收官总结",
                (
                    "“我的工作”里“停工待办”列出复工待同意、报告逾期和满一年未核验的；看过复工条件，点“同意复工”或“退回”。自己申请的由另一位同事办。",
                    "收官总结等待确认的也在“我的工作”上方；确认后数据和回答一起定稿，供同类项目查阅。",
                ),
                (STOPS, CLOSE_OUTS),
            ),
            Task(
                "出月通报",
                (
                    "打开“月通报”，选月份，点“起草”：文字、表、图和附件按当月的数据写好。右边“发布前检查”列出还缺什么，点进去办。",
                    "直接在段落里改文字。带框的是系统算出的数，可以拖动、移除，从“插入数字”里再放回来，不能改写；点它看出处。每段单独保存。",
                    "手工写的数字逐个核对后勾选确认。数据变了的段落写着原来和现在的数，点“更新”或“保留”；要整段重写，点“按模板重写”。",
                    "点“提交审核”，由没有起草也没有改过的另一位同事看过后点“批准并发布”，同时编号、留存 Word 和 Excel；有问题的写明意见退回。",
                    "发布以后发现有误，在那一期的页面“提出更正”，另一位同事批准后随下一期刊出，原件不改。",
                ),
                (BULLETINS,),
            ),
            Task(
                "登记新项目",
                (
                    "在“重点项目”点“新增”，或者下载空表用 Excel 一次导入；编号留空由系统编号。",
                    "指定责任单位、包保领导和项目秘书，在清单名册里列入清单，填年度计划。",
                    "用流程模板生成节点，核对后批准第一版计划。",
                ),
                (PROJECTS, LISTS, SHEETS),
            ),
            Task(
                "清单有增补、调出",
                (
                    "打开“清单名册”，点“增补项目”或项目旁的“调出”，填日期、原因和文号；预览办理前后的个数和总投资再确认。",
                    "各处从那一天起按新的清单统计，以前的日子不变。录错的用“更正”，一次几十个的用 Excel。",
                ),
                (LISTS, SHEETS),
            ),
            Task(
                "年度结转",
                (
                    "12 月 1 日起可以预备，1 月 1 日生效，以前的日子和上年各页不变。“我的工作”和总览从 12 月到 2 月写着还有几个没有转。",
                    "打开“年度结转”，核对新清单的编号和名称；逐个看上年完成、剩余投资和建议的年度类别，去掉不转的勾，填年度计划和核定数。计划还没有的留空，不要填 0。",
                    "点“重新合计”看合计，点“转入”一次办好；有一个不能转就一个也不转，会写明是哪个、为什么。几百个项目按责任单位分批。",
                    "转错了在结转记录里“撤销”，转入以后又改过的会逐个指出；撤销以后可以“恢复”。漏了的再办一次，只加没有转的。",
                    "年度计划也可以用 Excel“年度计划”成批导入。新年度的计划没有之前不算完成率和差距；没有转的项目沿用上年的类别，项目页会写明。",
                    "想先试一遍：在演示系统上把日期设为 2025-01-06 再启动，做法见项目说明的“怎么试”。",
                ),
                (YEAR_TURN, LISTS, SHEETS),
            ),
            Task(
                "调整亮灯规则",
                (
                    "新增一版，填生效日期和依据；先点“试算”看今天哪些项目会变灯，再保存。",
                    "个别项目确有特殊情况的用“人工调灯”，写明理由和最后一天。",
                ),
                (RULE_SETS, OVERRIDES, RULES),
            ),
            Task(
                "设赛马分组，调整赛马规则",
                (
                    "打开“赛马规则”，点“新设一组”：写名称，选比什么；比责任单位的再选单位类别，同类的才放在一组。",
                    "点“新增一版规则”，已经填好现行的数：在要用的指标后面填分值，合计等于满分；算法有按比例、基准分加减、功效系数，件数按件扣加。少用的在“更多设置”里。",
                    "点“试算”，看最近三个月谁升谁降、各得几分，填的都还在；满意了再点“保存”。",
                    "规则从写明的月份起生效，不改已发布的月份；生效以前可以修改，生效以后新增一版。",
                ),
                (LEAGUE_RULES,),
            ),
            Task(
                "核对数据",
                (
                    "“数据质量”列出缺少的和自相矛盾的登记，逐条点“去修改”；“日监测”看当天谁转红、谁恢复、谁临期。",
                ),
                (QUALITY, DAILY),
            ),
        ),
    ),
    Guide(
        roles.READER,
        "领导（区领导、包保领导、单位负责人）",
        "看全部内容；是包保领导的审批第二次延期，其余只看不改。手机上也能看。",
        (
            Task(
                "十秒看清哪里滞后",
                (
                    "打开“进展清单”：每个灯旁写着为什么、谁负责；点灯可以只看红灯。",
                    "点项目名称看节点、投资、责任人、亮灯原因和变更记录。",
                ),
                (LIST, SEARCH),
            ),
            Task(
                "看总体",
                (
                    "“总览”看目标、四率和全年曲线，每个数字都能点到它的项目。",
                    "“挂图作战”是各项目的计划和进展，可以打印在 A3 纸上。",
                    "“日监测”看今天比昨天变了什么、七天内哪些节点到期。",
                ),
                (OVERVIEW, WALL, DAILY),
            ),
            Task(
                "看月通报",
                (
                    "“更多”里的“月通报”是各期正式通报，可以打印、下载 Word 和 Excel 附件；发布后不再改动，更正列在那一期的后面。",
                ),
                (BULLETINS,),
            ),
            Task(
                "看事项，批延期",
                (
                    "项目页和“事项”里看每件事交给了谁、几时到期、几天没有解决；点进去是每一步的记录和佐证。",
                    "您是包保领导的，第二次延期由您审批：打开那件事项，点“同意延期”或“不同意延期”。",
                    "红灯旁边写着责任单位的说明：原因、措施、承诺哪天转好。",
                ),
                (MATTERS, LIST),
            ),
            Task(
                "查过去",
                (
                    "在页面上方的“截至日期”填一个日子，看那天的情况。",
                    "再填“按哪天的记录”，看当时已登记的数字，之后的更正不计；可以查对公布过的数字。",
                ),
                (LIST, TERMS),
            ),
        ),
    ),
    Guide(
        roles.SYSTEM_ADMIN,
        "系统管理员",
        "管账号、角色、单位、干部、接口密钥和后台任务，不改项目的数字。",
        (
            Task(
                "第一天",
                ("按“开始使用”一步一步做，做完的自己打勾。",),
                (FIRST_DAY,),
            ),
            Task(
                "给人开账号",
                (
                    "在“账号”点“新增”：登录名、姓名、口令，选角色；填报和复核人员勾选“可进填报后台”。",
                    "填报人员还要在“干部”里关联账号，系统据此判断他能改哪些项目。",
                    "忘记口令：打开账号填“重设口令”。连续输错被锁定：在账号列表选中，操作选“解除登录锁定”。",
                    "人员离开：取消“有效”，不删除，他经手的记录都在。",
                ),
                (ACCOUNTS, PEOPLE),
            ),
            Task(
                "给其他系统签发密钥",
                (
                    "在“接口密钥”点“新增”，选账号、范围和有效期。密钥只显示一次，请当场交给对方。",
                    "不用了就在列表里“吊销所选密钥”，立即失效。",
                ),
                (KEYS, API_DOCS),
            ),
            Task(
                "看后台任务",
                (
                    "Excel 导入等由后台进程运行。“我的工作”提示没有在运行时，请启动它；失败的任务可以再运行一次。",
                ),
                (JOBS,),
            ),
        ),
    ),
    Guide(
        roles.AUDITOR,
        "审计",
        "能看全部内容和全部变更记录，不能改。",
        (
            Task(
                "查谁改了什么",
                (
                    "打开任一记录，点“变更记录”：时间、谁、改了什么、原来和现在。",
                    "账号的变更记录里有角色和口令的变动；复核、退回、更正都写着经手人。",
                ),
                (PROJECTS, ACCOUNTS, CORRECTIONS),
            ),
            Task(
                "查一件事项怎样办的",
                ("事项页按时间列出每一步：谁、哪天、写了什么、附了什么；记录不能改也不能删。",),
                (MATTERS,),
            ),
            Task(
                "重现公布过的数字",
                ("在“总览”或“进展清单”填“截至日期”和“按哪天的记录”，得到的就是那天看到的数字。",),
                (OVERVIEW, LIST, TERMS),
            ),
        ),
    ),
)
